import Glibc

/// An open file, closed with the value's last use.
final class OpenFile {
    let number: Int32
    let path: String

    private init(_ number: Int32, _ path: String) {
        self.number = number
        self.path = path
    }

    deinit { close(number) }

    convenience init(reading path: String) throws(BackupError) {
        let number = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard number >= 0 else { throw .system(path, "cannot be opened") }
        self.init(number, path)
        guard try status().st_mode & S_IFMT == S_IFREG else {
            throw .file(path, step: "cannot be read", reason: "it is no regular file")
        }
    }

    /// A new file of mode 0600.
    convenience init(creating path: String) throws(BackupError) {
        let number = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard number >= 0 else { throw .system(path, "cannot be made") }
        self.init(number, path)
    }

    /// A new or an old file of mode 0600 that nobody but the caller owns.
    convenience init(holding path: String) throws(BackupError) {
        let number = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0o600)
        guard number >= 0 else { throw .system(path, "cannot be made") }
        self.init(number, path)
        let status = try status()
        guard status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(), status.st_nlink == 1 else {
            throw .unsafePlace(path, reason: "something of that name is there, and it is not ours")
        }
        guard fchmod(number, 0o600) == 0 else { throw .system(path, "cannot be closed to others") }
    }

    func status() throws(BackupError) -> stat {
        var status = stat()
        guard fstat(number, &status) == 0 else { throw .system(path, "cannot be looked at") }
        return status
    }

    /// At most `count` bytes; fewer only at the end of the file.
    func read(_ count: Int) throws(BackupError) -> [UInt8] {
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = Glibc.read(number, buffer.baseAddress.map { $0 + filled }, count - filled)
                if got < 0, errno == EINTR { continue }
                failed = got < 0
                if got <= 0 { break }
                filled += got
            }
        }
        guard !failed else { throw .system(path, "cannot be read") }
        return bytes
    }

    func write(_ bytes: [UInt8]) throws(BackupError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(number, $0.baseAddress.map { $0 + done }, bytes.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .system(path, "cannot be written") }
            done += count
        }
    }

    func synchronise() throws(BackupError) {
        guard fsync(number) == 0 else { throw .system(path, "cannot be written to the disk") }
    }

    /// Makes the names in a directory survive a power cut.
    static func synchroniseDirectory(_ path: String) throws(BackupError) {
        let number = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { throw .system(path, "cannot be opened") }
        defer { close(number) }
        guard fsync(number) == 0 else { throw .system(path, "cannot be written to the disk") }
    }
}
