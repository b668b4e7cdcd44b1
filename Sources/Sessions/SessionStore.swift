public import Identity

/// Where sessions and revocations outlive the process.
///
/// Every method is one transaction. What ends sessions is durable when it returns: an ended session does not come back,
/// not even after a power cut. Several processes may use the same store; each learns of the others by
/// ``changedElsewhere()``.
public protocol SessionStore: Sendable {
    /// Every session whose absolute limit has not passed.
    func load(now: Int64) async throws -> [SessionRecord]
    func insert(_ record: SessionRecord) async throws
    /// Removes the sessions and logs a revocation for each of those that existed.
    func end(_ ids: [SessionID], reason: SessionEndReason, now: Int64) async throws
    /// Removes every session of the user but one. Logs one revocation for the whole user when the reason asks for it
    /// (``SessionEndReason/concernsWholeUser``, and nothing is excepted), else one for each session.
    /// - Returns: the sessions that existed.
    func endAll(of user: UserName, reason: SessionEndReason, except: SessionID?, now: Int64) async throws -> [SessionID]
    func saveLastSeen(_ times: [(id: SessionID, lastSeen: Int64)]) async throws
    /// The identifiers of all sessions that exist now.
    func identifiers() async throws -> Set<SessionID>
    /// Whether another process may have written since the last time that this was asked; `true` at the first time.
    func changedElsewhere() async throws -> Bool
    func latestRevocation() async throws -> Int64
    /// The revocations with a number above the cursor, oldest first, at most ``RevocationPage/limit``.
    func revocations(after cursor: Int64) async throws -> RevocationPage
    /// Removes sessions past their absolute limit, which nobody may have ended because nothing ran, and logs a
    /// revocation for each; and forgets revocations from before a moment.
    func purge(now: Int64, revocationsBefore: Int64) async throws
}
