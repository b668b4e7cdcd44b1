/// Where a listener takes connections from.
package enum ListenSocket: Sendable, Equatable {
    /// A socket that systemd or the root parent opened and bound before this process had its own user.
    case inherited(descriptor: CInt, isUnix: Bool)
    /// A unix socket that this process makes; `mode` are its permission bits.
    case unix(path: String, mode: UInt16)
    /// An address of this host.
    case tcp(host: String, port: Int)

    /// Whether callers come over a unix socket, where the kernel says who they are.
    var isUnix: Bool {
        switch self {
        case .inherited(_, let isUnix): isUnix
        case .unix: true
        case .tcp: false
        }
    }
}
