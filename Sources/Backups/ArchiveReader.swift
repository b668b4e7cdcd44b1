import Crypto

/// Reads the members of a backup one after the other; refuses every byte that does not belong.
struct ArchiveReader {
    let path: String
    private let file: OpenFile

    init(_ path: String) throws(BackupError) {
        self.path = path
        file = try OpenFile(reading: path)
    }

    /// The next member's header; nil at the end, when nothing but zeros follows.
    func next() throws(BackupError) -> MemberHeader? {
        let block = try file.read(MemberHeader.size)
        if block.count == MemberHeader.size, block.allSatisfy({ $0 == 0 }) {
            try finish()
            return nil
        }
        guard let header = MemberHeader(block) else {
            throw .notABackup(path, reason: block.count < MemberHeader.size ? "it ends too early" : "a strange header")
        }
        return header
    }

    /// The member's content, in memory: for small ones.
    func content(of header: MemberHeader, atMost limit: Int) throws(BackupError) -> [UInt8] {
        guard header.size <= limit else {
            throw .hostile(path, part: header.name, reason: "it has \(header.size) bytes")
        }
        let bytes = try file.read(Int(header.size))
        guard bytes.count == Int(header.size) else { throw .notABackup(path, reason: "it ends within \(header.name)") }
        try padding(after: header)
        return bytes
    }

    /// The member's digest; its content goes to `copy` on the way.
    func digest(of header: MemberHeader, copy: OpenFile? = nil) throws(BackupError) -> String {
        var hash = SHA256()
        var left = header.size
        while left > 0 {
            let bytes = try file.read(Int(min(Int64(FileDigest.chunk), left)))
            guard !bytes.isEmpty else { throw .notABackup(path, reason: "it ends within \(header.name)") }
            hash.update(data: bytes)
            try copy?.write(bytes)
            left -= Int64(bytes.count)
        }
        try padding(after: header)
        return FileDigest.hexadecimal(hash.finalize())
    }

    private func padding(after header: MemberHeader) throws(BackupError) {
        let over = Int(header.size % Int64(MemberHeader.size))
        guard over > 0 else { return }
        let wanted = MemberHeader.size - over
        let bytes = try file.read(wanted)
        guard bytes.count == wanted, bytes.allSatisfy({ $0 == 0 }) else {
            throw .corrupt(path, part: header.name, reason: "something else than zeros follows it")
        }
    }

    /// A second block of zeros, and zeros to the end of tar's record.
    private func finish() throws(BackupError) {
        var count = 0
        while true {
            let bytes = try file.read(FileDigest.chunk)
            if bytes.isEmpty { break }
            count += bytes.count
            guard bytes.allSatisfy({ $0 == 0 }) else {
                throw .corrupt(path, part: "end", reason: "something follows the last file")
            }
        }
        guard count >= MemberHeader.size, (try file.status()).st_size % 10240 == 0 else {
            throw .notABackup(path, reason: "its end is missing")
        }
    }
}
