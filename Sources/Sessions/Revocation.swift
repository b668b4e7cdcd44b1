public import Identity

/// The news that a session, or everything of a user, has ended: what services are told so that they end their own.
public struct Revocation: Sendable, Equatable {
    /// Rises with every revocation; a cursor for ``SessionRegister/revocations(after:)``.
    public let seq: Int64
    public let user: UserName
    /// The session that ended; `nil` means everything of the user.
    public let session: SessionID?
    public let reason: SessionEndReason
    /// Seconds since 1970.
    public let at: Int64

    public init(seq: Int64, user: UserName, session: SessionID?, reason: SessionEndReason, at: Int64) {
        self.seq = seq
        self.user = user
        self.session = session
        self.reason = reason
        self.at = at
    }
}

/// What happened since a cursor.
public struct RevocationPage: Sendable, Equatable {
    /// Where to go on.
    public let cursor: Int64
    /// Oldest first; at most ``limit`` of them.
    public let revocations: [Revocation]
    /// `false` when some after the asked cursor are purged already (a reader that was away for more than a day) or the
    /// cursor is from another database: the reader should check everything that it holds.
    public let isComplete: Bool

    public static let limit = 1000

    public init(cursor: Int64, revocations: [Revocation], isComplete: Bool) {
        self.cursor = cursor
        self.revocations = revocations
        self.isComplete = isComplete
    }
}
