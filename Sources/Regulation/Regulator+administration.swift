public import BridgeDatabase
import GRDB
public import Identity

extension Regulator {
    /// What is counted now; bans first.
    public func list(now: Int64) async throws(BridgeDatabaseError) -> [RegulationEntry] {
        try await database.read { [configuration] db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM regulation_buckets
                    WHERE banned_until > ?1 OR (banned_until = 0 AND window_started > ?1 - ?2)
                    ORDER BY banned_until DESC, attempts DESC, kind, account, client
                    """,
                arguments: [now, configuration.window]
            )
            return rows.compactMap(RegulationEntry.init(row:))
        }
    }

    /// Takes bans and counts back: those of an account, those of a client network, or with both the one of that pair.
    /// - Returns: how many counts were removed. With neither argument nothing is done.
    public func lift(account: String?, client: ClientAddress?) async throws(BridgeDatabaseError) -> Int {
        try await database.write { db in
            switch (account, client?.regulationKey) {
            case (nil, nil): return 0
            case (let account?, nil):
                try db.execute(
                    sql: "DELETE FROM regulation_buckets WHERE account = ? AND kind <> 'client'",
                    arguments: [account]
                )
            case (nil, let client?):
                try db.execute(
                    sql: "DELETE FROM regulation_buckets WHERE client = ? AND kind <> 'account'",
                    arguments: [client]
                )
            case (let account?, let client?):
                try db.execute(
                    sql: "DELETE FROM regulation_buckets WHERE kind = 'pair' AND account = ? AND client = ?",
                    arguments: [account, client]
                )
            }
            return db.changesCount
        }
    }

    /// Removes what no longer counts, and the least telling rows beyond the limits. Call it now and then.
    public func purge(now: Int64) async throws(BridgeDatabaseError) { try await trim(now: now) }

    func trim(now: Int64) async throws(BridgeDatabaseError) {
        try await database.write { [configuration] db in
            try db.execute(
                sql: """
                    DELETE FROM regulation_buckets WHERE (banned_until <> 0 AND banned_until <= ?1)
                        OR (banned_until = 0 AND window_started <= ?1 - ?2)
                    """,
                arguments: [now, configuration.window]
            )
            try db.execute(
                sql: "DELETE FROM regulation_known WHERE last_success <= ?",
                arguments: [now - configuration.knownFor]
            )
            try Self.deleteSurplus(
                from: "regulation_buckets",
                keeping: configuration.maximumBuckets,
                key: "kind, account, client",
                worst: "banned_until, attempts, window_started",
                in: db
            )
            try Self.deleteSurplus(
                from: "regulation_known",
                keeping: configuration.maximumKnown,
                key: "account, client",
                worst: "last_success",
                in: db
            )
        }
    }

    /// All names are constants of this file.
    private static func deleteSurplus(
        from table: String,
        keeping limit: Int,
        key: String,
        worst order: String,
        in db: Database
    ) throws {
        let surplus = (try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? 0) - limit
        guard surplus > 0 else { return }
        try db.execute(
            sql: "DELETE FROM \(table) WHERE (\(key)) IN (SELECT \(key) FROM \(table) ORDER BY \(order) LIMIT ?)",
            arguments: [surplus]
        )
    }
}

extension RegulationEntry {
    fileprivate init?(row: Row) {
        guard let kind = BucketKind(rawValue: row["kind"]) else { return nil }
        let banned: Int64 = row["banned_until"]
        self.init(
            kind: kind,
            account: kind == .client ? nil : row["account"],
            client: kind == .account ? nil : row["client"],
            attempts: row["attempts"],
            windowStarted: row["window_started"],
            bannedUntil: banned == 0 ? nil : banned
        )
    }
}
