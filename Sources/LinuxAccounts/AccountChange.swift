public import Identity

/// One change of the account files or of a home.
public enum AccountChange: Sendable, Hashable {
    /// A group without members, with a gid of the system's range.
    case createGroup(String)
    /// An account with a primary group of its own name, a home, no password, a member of ``AccountSettings/group``.
    case create(UserName)
    /// Membership in a supplementary group.
    case addToGroup(UserName, String)
    case removeFromGroup(UserName, String)
    /// Locked and expired.
    case disable(UserName)
    /// Neither locked nor expired. Who had no password has none afterwards, and cannot get in by one.
    case enable(UserName)
    /// What of the home, `notebooks/` and `data/` is missing.
    case completeHome(UserName)

    /// The person; `nil` for a group.
    public var user: UserName? {
        switch self {
        case .createGroup: nil
        case .create(let name), .addToGroup(let name, _), .removeFromGroup(let name, _), .disable(let name),
            .enable(let name), .completeHome(let name):
            name
        }
    }
}

extension AccountChange: CustomStringConvertible {
    /// The change for a person, without a full stop: `create the account ada`.
    public var description: String {
        switch self {
        case .createGroup(let group): "create the group \(group)"
        case .create(let name): "create the account \(name)"
        case .addToGroup(let name, let group): "add \(name) to the group \(group)"
        case .removeFromGroup(let name, let group): "take \(name) out of the group \(group)"
        case .disable(let name): "lock and expire the account \(name)"
        case .enable(let name): "unlock the account \(name)"
        case .completeHome(let name): "complete the home of \(name)"
        }
    }
}
