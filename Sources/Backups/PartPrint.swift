import Glibc

/// What a file or a tree is, byte for byte, with modes and owners: two of them can be compared.
struct PartPrint: Equatable {
    private let entries: [TreeEntry]
    private let digests: [String]

    init(of path: String) throws(BackupError) {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            entries = []
            digests = []
            return
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            let target = status.st_mode & S_IFMT == S_IFLNK ? Self.target(of: path) : ""
            entries = [TreeEntry(path: ".", status: status, target: target)]
            digests = status.st_mode & S_IFMT == S_IFREG ? [try FileDigest.of(path).sha256] : []
            return
        }
        entries = try TreeWalk.entries(of: path)
        var digests: [String] = []
        for entry in entries {
            if case .file = entry.kind { digests.append(try FileDigest.of("\(path)/\(entry.path)").sha256) }
        }
        self.digests = digests
    }

    private static func target(of path: String) -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self) : ""
    }
}
