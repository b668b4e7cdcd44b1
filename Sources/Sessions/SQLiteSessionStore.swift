public import BridgeDatabase
import GRDB
public import Identity
import Synchronization

/// Sessions in the bridge database.
public final class SQLiteSessionStore: SessionStore {
    private let database: BridgeDatabase
    private let knownVersion = Atomic<Int64>(-1)

    public init(database: BridgeDatabase) { self.database = database }

    public func load(now: Int64) async throws -> [SessionRecord] {
        try await database.read { db in
            let rows = try Row.fetchAll(db, sql: "SELECT * FROM sessions WHERE expires_at > ?", arguments: [now])
            return rows.compactMap(SessionRecord.init(row:))
        }
    }

    public func insert(_ record: SessionRecord) async throws {
        try await database.write { db in
            try db.execute(
                sql: """
                    INSERT INTO sessions
                        (digest, id, user, role, email, linux_account, client, user_agent, created_at, expires_at, last_seen)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    record.digest.bytes.databaseBlob, record.id.rawValue, record.principal.name.rawValue,
                    record.principal.role.rawValue, record.principal.email, record.linuxAccount,
                    record.client.description, record.userAgent, record.createdAt, record.expiresAt, record.lastSeen,
                ]
            )
        }
    }

    public func end(_ ids: [SessionID], reason: SessionEndReason, now: Int64) async throws {
        guard !ids.isEmpty else { return }
        try await database.writeDurably { db in
            for id in ids {
                let user = try String.fetchOne(
                    db,
                    sql: "SELECT user FROM sessions WHERE id = ?",
                    arguments: [id.rawValue]
                )
                guard let user else { continue }
                try Self.remove(id.rawValue, of: user, reason: reason, now: now, in: db)
            }
        }
    }

    public func endAll(
        of user: UserName,
        reason: SessionEndReason,
        except: SessionID?,
        now: Int64
    ) async throws -> [SessionID] {
        try await database.writeDurably { db in
            let wholeUser = reason.concernsWholeUser && except == nil
            let ids = try String.fetchAll(
                db,
                sql: "SELECT id FROM sessions WHERE user = ? AND id IS NOT ?",
                arguments: [user.rawValue, except?.rawValue]
            )
            for id in ids {
                if wholeUser {
                    try db.execute(sql: "DELETE FROM sessions WHERE id = ?", arguments: [id])
                } else {
                    try Self.remove(id, of: user.rawValue, reason: reason, now: now, in: db)
                }
            }
            if wholeUser { try Self.log(user: user.rawValue, session: nil, reason: reason, now: now, in: db) }
            return ids.compactMap { SessionID($0) }
        }
    }

    public func saveLastSeen(_ times: [(id: SessionID, lastSeen: Int64)]) async throws {
        guard !times.isEmpty else { return }
        try await database.write { db in
            let update = try db.makeStatement(sql: "UPDATE sessions SET last_seen = ? WHERE id = ?")
            for time in times { try update.execute(arguments: [time.lastSeen, time.id.rawValue]) }
        }
    }

    public func identifiers() async throws -> Set<SessionID> {
        try await database.read { db in
            Set(try String.fetchAll(db, sql: "SELECT id FROM sessions").compactMap { SessionID($0) })
        }
    }

    public func changedElsewhere() async throws -> Bool {
        let version = try await database.foreignVersion()
        return knownVersion.exchange(version, ordering: .relaxed) != version
    }

    // MARK: - Revocations

    public func latestRevocation() async throws -> Int64 {
        try await database.read(Self.latest)
    }

    public func revocations(after cursor: Int64) async throws -> RevocationPage {
        try await database.read { db in
            let latest = try Self.latest(db)
            let oldest = try Int64.fetchOne(db, sql: "SELECT min(seq) FROM revocations") ?? latest + 1
            let rows = try Row.fetchAll(
                db,
                sql: "SELECT * FROM revocations WHERE seq > ? ORDER BY seq LIMIT ?",
                arguments: [cursor, RevocationPage.limit]
            )
            let found = rows.compactMap(Revocation.init(row:))
            let isFull = rows.count == RevocationPage.limit
            return RevocationPage(
                cursor: isFull ? rows.last?["seq"] ?? latest : latest,
                revocations: found,
                isComplete: cursor <= latest && cursor >= oldest - 1
            )
        }
    }

    public func purge(now: Int64, revocationsBefore: Int64) async throws {
        try await database.write { db in
            let sql = "SELECT id, user FROM sessions WHERE expires_at <= ?"
            for row in try Row.fetchAll(db, sql: sql, arguments: [now]) {
                try Self.remove(row["id"], of: row["user"], reason: .expired, now: now, in: db)
            }
            try db.execute(sql: "DELETE FROM revocations WHERE at < ?", arguments: [revocationsBefore])
        }
    }

    /// The highest number ever given, which outlives the rows (AUTOINCREMENT; https://www.sqlite.org/autoinc.html).
    private static func latest(_ db: Database) throws -> Int64 {
        try Int64.fetchOne(db, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'revocations'") ?? 0
    }

    private static func remove(
        _ id: String,
        of user: String,
        reason: SessionEndReason,
        now: Int64,
        in db: Database
    ) throws {
        try db.execute(sql: "DELETE FROM sessions WHERE id = ?", arguments: [id])
        try log(user: user, session: id, reason: reason, now: now, in: db)
    }

    private static func log(
        user: String,
        session: String?,
        reason: SessionEndReason,
        now: Int64,
        in db: Database
    ) throws {
        try db.execute(
            sql: "INSERT INTO revocations (user, session_id, reason, at) VALUES (?, ?, ?, ?)",
            arguments: [user, session, reason.rawValue, now]
        )
    }
}

extension SessionRecord {
    /// Looks a session up as the database has it, for a process that has no ``SessionRegister``. Whether it has expired is not judged.
    /// - Parameter path: the bridge database, which is only read.
    /// - Returns: `nil` when there is no such session, or it was ended.
    public static func find(
        _ digest: TokenDigest,
        inDatabaseAt path: String
    ) throws(BridgeDatabaseError) -> SessionRecord? {
        try BridgeDatabase.readOnce(path: path) { db in
            let sql = "SELECT * FROM sessions WHERE digest = ?"
            return try Row.fetchOne(db, sql: sql, arguments: [digest.bytes.databaseBlob]).flatMap(
                SessionRecord.init(row:)
            )
        }
    }

    /// - Returns: `nil` for a row that no version of the bridge writes.
    fileprivate init?(row: Row) {
        guard let digest = TokenDigest(bytes: [UInt8](blob: row["digest"])), let id = SessionID(row["id"]),
            let user = try? UserName(row["user"]), let role = Role(rawValue: row["role"])
        else { return nil }
        self.init(
            id: id,
            digest: digest,
            principal: Principal(name: user, role: role, email: row["email"]),
            createdAt: row["created_at"],
            expiresAt: row["expires_at"],
            lastSeen: row["last_seen"],
            client: ClientAddress(row["client"]) ?? .local,
            userAgent: row["user_agent"],
            linuxAccount: row["linux_account"]
        )
    }
}

extension Revocation {
    fileprivate init?(row: Row) {
        let session: String? = row["session_id"]
        guard let user = try? UserName(row["user"]), let reason = SessionEndReason(rawValue: row["reason"]) else {
            return nil
        }
        self.init(
            seq: row["seq"],
            user: user,
            session: session.flatMap { SessionID($0) },
            reason: reason,
            at: row["at"]
        )
    }
}
