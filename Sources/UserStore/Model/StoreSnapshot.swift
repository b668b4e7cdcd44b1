public import Identity

/// What a user store said at one moment. Two readings of one state of the file are equal.
public struct StoreSnapshot: Sendable, Equatable {
    /// The rows that may sign in by name: a valid name, not the system's, not to be confused with another. An inactive user is
    /// among them, with ``UserRecord/isActive`` false.
    public let users: UserTable
    /// The rows that may not, in the order of their ids.
    public let refused: [RefusedUser]
    /// What was doubtful, in the order of the rows; at most as many of each kind as the reader was asked for.
    public let findings: [Finding]
    /// How many of each kind there are in all.
    public let findingCounts: [FindingKind: Int]
}
