import Glibc

/// Reads small files whole, without hanging on a pipe and without reading without end.
enum BoundedFile {
    /// Why a file was not read.
    enum Failure: Error, Equatable {
        case missing
        case notRegular
        case tooLarge
        /// The errno of the call that failed.
        case system(Int32)
    }

    /// What fstat(2) said of the file that was read.
    struct Status: Equatable {
        let owner: uid_t
        let group: gid_t
        /// The permission bits.
        let mode: mode_t
    }

    /// - Parameters:
    ///   - path: followed through symbolic links.
    ///   - limit: the most bytes that are accepted.
    /// - Returns: the whole content, and what the file was at the time.
    /// - Throws: ``Failure``
    static func read(_ path: String, limit: Int) throws(Failure) -> (bytes: [UInt8], status: Status) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw errno == ENOENT ? .missing : .system(errno) }
        defer { close(descriptor) }
        return try read(descriptor: descriptor, limit: limit)
    }

    /// As ``read(_:limit:)``, from a file that is open already; it stays open.
    static func read(descriptor: Int32, limit: Int) throws(Failure) -> (bytes: [UInt8], status: Status) {
        var information = stat()
        guard fstat(descriptor, &information) == 0 else { throw .system(errno) }
        guard information.st_mode & S_IFMT == S_IFREG else { throw .notRegular }
        guard information.st_size <= limit else { throw .tooLarge }
        // One byte more than allowed, so that a file that grows meanwhile is noticed.
        var bytes = [UInt8](repeating: 0, count: limit + 1)
        var count = 0
        while count < bytes.count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress?.advanced(by: count), buffer.count - count)
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw .system(errno) }
            if got == 0 { break }
            count += got
        }
        guard count <= limit else { throw .tooLarge }
        let status = Status(
            owner: information.st_uid,
            group: information.st_gid,
            mode: information.st_mode & 0o7777
        )
        return (Array(bytes[..<count]), status)
    }

    /// The system's sentence for an errno.
    static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
