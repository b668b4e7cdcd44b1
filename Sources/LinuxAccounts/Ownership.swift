/// Whose business an account is.
public enum Ownership: Sendable, Hashable {
    /// Ours: a member of ``AccountSettings/group``, made or adopted by us.
    case ours
    /// Looks in every way like one of ours, for these reasons, and may be taken over.
    case adoptable(reasons: [String])
    /// Somebody else's, for this reason; nothing of it is changed.
    case foreign(reason: String)
}

extension HostSnapshot {
    /// Whose business an account is; `nil` when there is no account of that name.
    ///
    /// Looks at the home with lstat(2) only where nothing else has decided.
    public func ownership(of name: String, settings: AccountSettings) -> Ownership? {
        nil
    }
}
