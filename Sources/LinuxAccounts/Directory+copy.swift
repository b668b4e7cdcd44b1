import Glibc

extension Directory {
    /// Copies files, directories and symbolic links with their permission bits; nothing else, and no setuid bit.
    ///
    /// What changes in the source meanwhile is copied as it is met.
    func copyTree(from source: Directory, uid: UInt32, gid: UInt32) throws(FileSystemError) {
        for name in source.entries() {
            guard let status = source.status(name) else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFDIR:
                guard let inner = source.open(name) else {
                    throw FileSystemError("\(name) of the skeleton cannot be read")
                }
                defer { close(inner.number) }
                try makeDirectory(name, mode: 0o700, uid: 0, gid: 0)
                guard let directory = open(name) else { throw FileSystemError("\(name) cannot be opened") }
                defer { close(directory.number) }
                try directory.copyTree(from: inner, uid: uid, gid: gid)
                try directory.give(uid: uid, gid: gid, mode: status.st_mode & 0o777)
            case S_IFREG:
                try copyFile(name, from: source, uid: uid, gid: gid)
            case S_IFLNK:
                try copyLink(name, from: source, uid: uid, gid: gid)
            default:
                // Devices, sockets and pipes have no business in a home.
                continue
            }
        }
    }

    private func copyFile(_ name: String, from source: Directory, uid: UInt32, gid: UInt32) throws(FileSystemError) {
        let input = openat(source.number, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard input >= 0 else { throw FileSystemError("\(name) of the skeleton cannot be read") }
        defer { close(input) }
        var status = stat()
        guard fstat(input, &status) == 0 else { throw FileSystemError("\(name) of the skeleton cannot be read") }
        // Somebody put something else in its place meanwhile.
        guard status.st_mode & S_IFMT == S_IFREG else { return }
        let output = openat(number, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard output >= 0 else { throw FileSystemError("\(name) cannot be made") }
        defer { close(output) }
        while true {
            let count = sendfile(output, input, nil, 1 << 20)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileSystemError("\(name) cannot be written") }
            if count == 0 { break }
        }
        guard fchown(output, uid, gid) == 0, fchmod(output, status.st_mode & 0o777) == 0 else {
            throw FileSystemError("the owner of \(name) cannot be set")
        }
    }

    private func copyLink(_ name: String, from source: Directory, uid: UInt32, gid: UInt32) throws(FileSystemError) {
        var target = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let length = readlinkat(source.number, name, &target, Int(PATH_MAX))
        guard length >= 0 else { throw FileSystemError("\(name) of the skeleton cannot be read") }
        guard symlinkat(target, number, name) == 0, fchownat(number, name, uid, gid, AT_SYMLINK_NOFOLLOW) == 0 else {
            throw FileSystemError("\(name) cannot be made")
        }
    }
}
