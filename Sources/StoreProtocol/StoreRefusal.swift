/// Why a store worker did not make a change. Nothing has been written then.
public enum StoreRefusal: UInt8, Equatable, Sendable, CaseIterable {
    /// The token is of no session that counts.
    case notSignedIn = 1
    /// The session's owner is no active administrator of the store now.
    case notAdministrator
    /// Nobody in the store can sign in by that name.
    case noSuchUser
    /// Nobody switches themselves off.
    case ownAccount
    /// Somebody must be left who can switch people on again.
    case lastAdministrator
    /// A number that no quota can have, or nothing to change.
    case badValue
    /// The store or the bridge database cannot be used now.
    case unavailable
}
