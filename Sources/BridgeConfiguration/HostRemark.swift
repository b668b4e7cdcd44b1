/// Something about this host that does not go with the configuration.
public struct HostRemark: Sendable, Equatable {
    /// Whether the service can start all the same.
    public enum Severity: String, Sendable {
        /// The service will not start, or nobody can sign in.
        case error
        /// The service starts, but the administrator should know.
        case warning
    }

    public let severity: Severity
    /// The key whose value it is about.
    public let key: String
    /// A sentence, with the way out.
    public let text: String
}

extension HostRemark: CustomStringConvertible {
    public var description: String { "\(severity.rawValue): \(key): \(text)" }
}
