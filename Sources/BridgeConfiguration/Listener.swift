/// Where one listener of the bridge is reached.
public enum Listener: Sendable, Equatable {
    /// A unix socket: an absolute path of at most 107 bytes (unix(7)), the group that may connect (`nil`: the group of
    /// the service), and the permission bits.
    case socket(path: String, group: String?, mode: UInt16)
    /// TCP: an IPv4 or IPv6 address without brackets, a port (0 lets the kernel choose), and, for the proxy, the absolute
    /// path of the file with the secret that it shows with each request.
    case address(host: String, port: UInt16, secretFile: String?)
}

extension Listener: CustomStringConvertible {
    /// The socket's path or `address:port`, with brackets around an IPv6 address.
    public var description: String {
        switch self {
        case .socket(let path, _, _): path
        case .address(let host, let port, _): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        }
    }
}
