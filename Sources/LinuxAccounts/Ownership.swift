/// Whose business an account is.
public enum Ownership: Sendable, Hashable {
    /// Ours: a member of ``AccountSettings/group``, made or adopted by us.
    case ours
    /// Looks in every way like one of ours, for these reasons, and may be taken over by
    /// ``AccountChange/addToGroup(_:_:)`` with ``AccountSettings/group``.
    case adoptable(reasons: [String])
    /// Somebody else's, for this reason; nothing of it is changed.
    case foreign(reason: String)
}
