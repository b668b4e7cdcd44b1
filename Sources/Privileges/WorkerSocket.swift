import CPrivilege
import Glibc

/// The listening socket on which `serve` asks for workers; only its user, and root, may connect.
struct WorkerSocket {
    let path: String
    let descriptor: Int32

    init(path: String, owner: ServiceUser) throws(PrivilegeError) {
        try Self.prepareDirectory(of: path)
        // A socket file left by a run that was killed; nothing but a socket is taken away.
        var status = stat()
        if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK { unlink(path) }
        let descriptor = cprivilege_listen_unix(path, 128)
        guard descriptor >= 0 else { throw .socket(path: path, errno: errno) }
        self.path = path
        self.descriptor = descriptor
        guard lchown(path, owner.uid, owner.gid) == 0 else {
            let number = errno
            close(descriptor)
            unlink(path)
            throw .socket(path: path, errno: number)
        }
    }

    func remove() {
        close(descriptor)
        unlink(path)
    }

    /// In a directory that somebody else may write, the name could lead elsewhere by the time that root changes its owner.
    private static func prepareDirectory(of path: String) throws(PrivilegeError) {
        guard path.hasPrefix("/"), let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw .unsafeDirectory(path)
        }
        let directory = String(path[..<slash])
        if mkdir(directory, 0o755) != 0, errno != EEXIST { throw .socket(path: path, errno: errno) }
        var status = stat()
        guard stat(directory, &status) == 0 else { throw .socket(path: path, errno: errno) }
        guard status.st_uid == 0, status.st_mode & 0o022 == 0 else { throw .unsafeDirectory(directory) }
    }
}
