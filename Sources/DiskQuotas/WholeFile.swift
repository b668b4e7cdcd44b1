import Glibc

/// A small file, read in one go.
struct WholeFile {
    let bytes: [UInt8]

    /// Reads `path`, which must not be a symbolic link.
    /// - Throws: ``DiskQuotaError/unreadable(path:errno:)``
    static func read(_ path: String) throws(DiskQuotaError) -> WholeFile {
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable(path: path, errno: errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .unreadable(path: path, errno: errno) }
            if count == 0 { return WholeFile(bytes: bytes) }
            bytes += buffer[..<count]
        }
    }
}
