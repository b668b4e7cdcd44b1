import Glibc

/// The database file as the file system sees it, before SQLite does.
struct DatabaseFile {
    let path: String

    /// Makes an empty file when there is none, and refuses one that should not be trusted.
    ///
    /// An existing file is never opened here: closing any descriptor of it would drop the locks that SQLite holds on it
    /// elsewhere in this process (POSIX advisory locks; https://www.sqlite.org/howtocorrupt.html §2.2).
    func prepare() throws(BridgeDatabaseError) {
        for suffix in ["-wal", "-shm", "-journal"] { _ = try inspect(path + suffix) }
        if let mode = try inspect(path) {
            guard mode & 0o077 == 0 else { throw .tooOpen(path: path, mode: mode & 0o7777) }
            return
        }
        try create()
    }

    /// What tells a file from another one that took its name.
    struct Identity: Equatable, Sendable {
        let device: UInt64
        let inode: UInt64
    }

    /// `nil` when there is no file.
    var identity: Identity? {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        return Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    }

    private func create() throws(BridgeDatabaseError) {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .notPermitted(path: path, reason: Self.reason(errno)) }
        defer { Glibc.close(descriptor) }
        var directory = stat()
        guard fchmod(descriptor, 0o600) == 0, stat(Self.directory(of: path), &directory) == 0 else {
            throw .notPermitted(path: path, reason: Self.reason(errno))
        }
        guard geteuid() == 0 else { return }
        guard fchown(descriptor, directory.st_uid, directory.st_gid) == 0 else {
            throw .notPermitted(path: path, reason: Self.reason(errno))
        }
    }

    /// - Returns: the mode of a regular file, or `nil` when there is none.
    private func inspect(_ path: String) throws(BridgeDatabaseError) -> UInt32? {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            guard errno == ENOENT else { throw .notPermitted(path: path, reason: Self.reason(errno)) }
            return nil
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegularFile(path: path) }
        return status.st_mode & 0o7777
    }

    static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
