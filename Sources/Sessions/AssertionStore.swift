public import BridgeDatabase
import GRDB
public import Identity

/// Short-lived proofs that a browser is signed in, for a service that must never see the session cookie.
///
/// An assertion is good once, for one service, for 30 seconds, and together with the state that the service gave to the
/// browser. Whatever is wrong with an attempt to redeem it, it is used up (as RFC 6749 §4.1.2 has it for authorization
/// codes).
public struct AssertionStore: Sendable {
    /// Seconds for which an assertion is good.
    public static let lifetime: Int64 = 30
    /// How many open assertions a session may have; the oldest goes.
    public static let perSession = 16

    private let database: BridgeDatabase

    public init(database: BridgeDatabase) { self.database = database }

    /// Makes an assertion.
    /// - Parameters:
    ///   - session: the browser's session, which the caller has found valid.
    ///   - audience: the one service that may redeem it.
    ///   - state: what the service bound the browser to; any text, kept as a digest.
    ///   - now: seconds since 1970.
    /// - Returns: 43 characters of base64url.
    /// - Throws: ``BridgeDatabaseError``.
    public func issue(
        session: SessionID,
        audience: ServiceName,
        state: String,
        now: Int64
    ) async throws(BridgeDatabaseError) -> String {
        let token = SessionToken.random()
        try await database.write { db in
            try db.execute(sql: "DELETE FROM assertions WHERE expires_at <= ?", arguments: [now])
            try db.execute(
                sql: """
                    DELETE FROM assertions WHERE session_id = ?1 AND digest NOT IN (
                        SELECT digest FROM assertions WHERE session_id = ?1 ORDER BY expires_at DESC LIMIT ?2)
                    """,
                arguments: [session.rawValue, Self.perSession - 1]
            )
            try db.execute(
                sql: """
                    INSERT INTO assertions (digest, audience, state_digest, session_id, expires_at)
                    VALUES (?, ?, ?, ?, ?)
                    """,
                arguments: [
                    token.digest.bytes.databaseBlob, audience.rawValue, TokenDigest.of(state).bytes.databaseBlob,
                    session.rawValue, now + Self.lifetime,
                ]
            )
        }
        return token.cookieValue
    }

    /// Uses an assertion up.
    /// - Returns: the session that it speaks for, which may have ended meanwhile; `nil` for every wrong, used or late
    ///   one.
    public func redeem(
        _ text: String,
        audience: ServiceName,
        state: String,
        now: Int64
    ) async throws(BridgeDatabaseError) -> SessionID? {
        guard let token = SessionToken(cookieValue: text.utf8) else { return nil }
        let digest = token.digest.bytes.databaseBlob
        let stateDigest = TokenDigest.of(state).bytes.databaseBlob
        return try await database.write { db in
            let row = try Row.fetchOne(db, sql: "SELECT * FROM assertions WHERE digest = ?", arguments: [digest])
            guard let row else { return nil }
            try db.execute(sql: "DELETE FROM assertions WHERE digest = ?", arguments: [digest])
            let expiresAt: Int64 = row["expires_at"]
            guard expiresAt > now, row["audience"] == audience.rawValue, row["state_digest"] == stateDigest else {
                return nil
            }
            return SessionID(row["session_id"])
        }
    }
}
