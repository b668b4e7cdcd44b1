/// What failed attempts are counted by.
public enum BucketKind: String, Sendable, Hashable, CaseIterable, Codable {
    /// One account from one client network.
    case pair
    /// One client network, over all accounts.
    case client
    /// One account, over all clients.
    case account
}
