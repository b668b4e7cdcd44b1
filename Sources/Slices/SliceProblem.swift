/// A limit that is not in force, and why.
public struct SliceProblem: Sendable, Equatable {
    /// What kind of problem it is, and so whether applying again could mend it.
    public enum Kind: String, Sendable, Codable {
        /// Not what the configuration of the slice says: to be applied.
        case notConfigured = "not-configured"
        /// The configuration says so but the kernel holds another value: to be applied again.
        case notInForce = "not-in-force"
        /// Applying was tried and failed.
        case failed
        /// This host cannot do it. No run will change that, so it is a finding and never part of a plan.
        case unsupported
    }

    /// The limit; nil: all of them.
    public let limit: SliceLimit?
    public let kind: Kind
    /// A sentence that names the thing, and the way out where there is one.
    public let reason: String

    public init(limit: SliceLimit?, kind: Kind, reason: String) {
        self.limit = limit
        self.kind = kind
        self.reason = reason
    }
}
