import GRDB

/// One row of `regulation_buckets`: how many attempts a window has seen.
struct RegulationBucket {
    let kind: BucketKind
    let account: String
    let client: String
    var attempts = 0
    var windowStarted: Int64
    /// 0 when there is no ban.
    var bannedUntil: Int64 = 0

    /// The bucket as it counts now; an empty one when its window or its ban is over.
    static func load(_ kind: BucketKind, account: String, client: String, window: Int64, now: Int64, in db: Database)
        throws
        -> RegulationBucket
    {
        var bucket = RegulationBucket(
            kind: kind,
            account: kind == .client ? "" : account,
            client: kind == .account ? "" : client,
            windowStarted: now
        )
        guard let row = try bucket.row(in: db) else { return bucket }
        let banned: Int64 = row["banned_until"]
        let started: Int64 = row["window_started"]
        let isOver = banned != 0 ? banned <= now : now - started >= window
        // A window that begins in the future was made before the clock was set back.
        guard !isOver, started <= now else { return bucket }
        bucket.attempts = row["attempts"]
        bucket.windowStarted = started
        bucket.bannedUntil = banned
        return bucket
    }

    private func row(in db: Database) throws -> Row? {
        try Row.fetchOne(
            db,
            sql: "SELECT * FROM regulation_buckets WHERE kind = ? AND account = ? AND client = ?",
            arguments: [kind.rawValue, account, client]
        )
    }

    func save(in db: Database) throws {
        try db.execute(
            sql: """
                INSERT OR REPLACE INTO regulation_buckets (kind, account, client, attempts, window_started, banned_until)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
            arguments: [kind.rawValue, account, client, attempts, windowStarted, bannedUntil]
        )
    }

    func delete(in db: Database) throws {
        try db.execute(
            sql: "DELETE FROM regulation_buckets WHERE kind = ? AND account = ? AND client = ?",
            arguments: [kind.rawValue, account, client]
        )
    }
}
