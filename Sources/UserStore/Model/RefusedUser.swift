public import Identity

/// A row of `users` that nobody can sign in as, because of its name.
public struct RefusedUser: Sendable, Equatable {
    /// `users.id`; `nil` when it is no number.
    public let id: Int64?
    /// The name as stored, made printable.
    public let name: String
    /// Why: ``Identity/FindingKind/badName``, ``Identity/FindingKind/systemName``, ``Identity/FindingKind/ambiguousName`` or
    /// ``Identity/FindingKind/unreadableRow``.
    public let reason: FindingKind
    public let role: Role
    public let isActive: Bool
    public let quota: Quota
}
