import CPrivilege
import Glibc

/// Opens the sockets that `serve` takes connections from, while there still is the right to choose their group.
public enum ListeningSocket {
    /// A unix socket file: made anew, owned by this process, for one group.
    /// - Parameters:
    ///   - path: absolute, at most 107 bytes (unix(7)); its directory is made if missing.
    ///   - gid: the group of the file; `nil` leaves it.
    ///   - mode: its permission bits.
    /// - Throws: ``ListeningSocketError``.
    public static func unix(path: String, gid: UInt32?, mode: UInt16) throws(ListeningSocketError) -> Int32 {
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex { mkdir(String(path[..<slash]), 0o755) }
        var status = stat()
        // A socket file left by a run that was killed; nothing but a socket is taken away.
        if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK { unlink(path) }
        let descriptor = cprivilege_listen_unix(path, 1024)
        guard descriptor >= 0 else { throw ListeningSocketError(place: path, number: errno) }
        guard lchown(path, getuid(), gid ?? getgid()) == 0, chmod(path, mode_t(mode)) == 0 else {
            let problem = errno
            close(descriptor)
            throw ListeningSocketError(place: path, number: problem)
        }
        return descriptor
    }

    /// A TCP socket on one address of this host.
    /// - Parameters:
    ///   - host: an IPv4 or IPv6 address without brackets; never a name.
    ///   - port: 0 lets the kernel choose.
    /// - Throws: ``ListeningSocketError``.
    public static func tcp(host: String, port: UInt16) throws(ListeningSocketError) -> Int32 {
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST | AI_PASSIVE
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &found) == 0, let address = found?.pointee else {
            throw ListeningSocketError(place: "\(host):\(port)", number: EADDRNOTAVAIL)
        }
        defer { freeaddrinfo(found) }
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(address.ai_family, kind, 0)
        guard descriptor >= 0 else { throw ListeningSocketError(place: "\(host):\(port)", number: errno) }
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard bind(descriptor, address.ai_addr, address.ai_addrlen) == 0, listen(descriptor, 1024) == 0 else {
            let problem = errno
            close(descriptor)
            throw ListeningSocketError(place: "\(host):\(port)", number: problem)
        }
        return descriptor
    }

    /// Whether a descriptor is a unix socket, where the kernel says who is at the other end.
    public static func isUnix(_ descriptor: Int32) -> Bool {
        var domain: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == AF_UNIX
    }
}
