/// Whether PAM has a service file of ours. Without one PAM falls back to `other`, which refuses everybody as if every password were wrong.
public enum ServiceFileState: Hashable, Sendable {
    case present(path: String)
    /// `path` is where it was expected.
    case missing(path: String)
    /// It is there, but whoever may write it could become root: not owned by root, or writable by others.
    case unsafe(path: String, reason: String)
    /// The worker that knows could not be asked.
    case unknown(reason: String)
}

extension ServiceFileState: CustomStringConvertible {
    /// A sentence for the administrator.
    public var description: String {
        switch self {
        case .present(let path): "the PAM service file is \(path)"
        case .missing(let path):
            "the PAM service file \(path) is missing; nobody can sign in with a Linux password until pam/diycloud-bridge.* of "
                + "your distribution is installed there"
        case .unsafe(let path, let reason): "the PAM service file \(path) is not used: \(reason)"
        case .unknown(let reason): "the PAM worker cannot be asked about its service file: \(reason)"
        }
    }
}
