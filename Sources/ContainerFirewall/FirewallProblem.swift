/// Why containers are not kept from the host's services.
public struct FirewallProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is so, as a sentence.
    public let reason: String
    /// What an administrator can do about it.
    public let remedy: String

    public var description: String { "\(reason) \(remedy)" }
}
