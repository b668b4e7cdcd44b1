/// A count as an administrator sees it.
public struct RegulationEntry: Sendable, Equatable, Codable {
    public let kind: BucketKind
    /// The account, for a pair or an account.
    public let account: String?
    /// The client network, for a pair or a client.
    public let client: String?
    public let attempts: Int
    /// Seconds since 1970.
    public let windowStarted: Int64
    /// Seconds since 1970; `nil` when there is no ban.
    public let bannedUntil: Int64?
}
