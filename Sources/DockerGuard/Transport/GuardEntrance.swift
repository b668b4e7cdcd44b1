/// Where the guard takes connections.
public enum GuardEntrance: Sendable, Equatable {
    /// A unix socket that somebody else opened, such as systemd or root before it gave its rights up.
    case inheritedUnix(descriptor: Int32)
    /// A unix socket to be made, mode 0666: everybody may connect, and the kernel says who it is.
    case unix(path: String)
    /// TLS with client certificates; a TCP socket that somebody else opened.
    case inheritedTLS(descriptor: Int32)
    /// TLS with client certificates, on an address of this host. Port 0 lets the kernel choose.
    case tls(host: String, port: Int)

    var isTLS: Bool {
        switch self {
        case .inheritedTLS, .tls: true
        case .inheritedUnix, .unix: false
        }
    }
}
