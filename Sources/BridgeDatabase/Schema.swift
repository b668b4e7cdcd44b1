import GRDB

/// The tables of the bridge database, as a list of steps that is only ever added to.
///
/// Plain SQL that SQLite 3.34 understands (Red Hat Enterprise Linux 9): no STRICT tables, no RETURNING. Times are whole
/// seconds since 1970 in UTC. Secrets are never stored, only digests of them.
enum Schema {
    /// Marks the file as ours in its header (`PRAGMA application_id`): "DICB".
    static let applicationID: Int64 = 0x4449_4342

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1-sign-in") { db in
            try db.execute(sql: "PRAGMA application_id = \(applicationID)")
            for statement in signIn { try db.execute(sql: statement) }
        }
        return migrator
    }

    private static let signIn = [
        """
        CREATE TABLE server_key (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            secret BLOB NOT NULL CHECK (length(secret) = 32),
            created_at INTEGER NOT NULL
        )
        """,
        """
        CREATE TABLE sessions (
            digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
            id TEXT NOT NULL UNIQUE,
            user TEXT NOT NULL,
            role TEXT NOT NULL,
            email TEXT,
            linux_account INTEGER NOT NULL,
            client TEXT NOT NULL,
            user_agent TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            last_seen INTEGER NOT NULL
        ) WITHOUT ROWID
        """,
        "CREATE INDEX sessions_by_user ON sessions (user)",
        """
        CREATE TABLE revocations (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            user TEXT NOT NULL,
            session_id TEXT,
            reason TEXT NOT NULL,
            at INTEGER NOT NULL
        )
        """,
        """
        CREATE TABLE assertions (
            digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
            audience TEXT NOT NULL,
            state_digest BLOB NOT NULL,
            session_id TEXT NOT NULL,
            expires_at INTEGER NOT NULL
        ) WITHOUT ROWID
        """,
        "CREATE INDEX assertions_by_session ON assertions (session_id)",
        """
        CREATE TABLE credentials (
            user TEXT PRIMARY KEY,
            hash TEXT NOT NULL,
            legacy_mark BLOB,
            changed_at INTEGER NOT NULL
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE regulation_buckets (
            kind TEXT NOT NULL CHECK (kind IN ('pair', 'client', 'account')),
            account TEXT NOT NULL,
            client TEXT NOT NULL,
            attempts INTEGER NOT NULL,
            window_started INTEGER NOT NULL,
            banned_until INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (kind, account, client)
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE regulation_known (
            account TEXT NOT NULL,
            client TEXT NOT NULL,
            last_success INTEGER NOT NULL,
            PRIMARY KEY (account, client)
        ) WITHOUT ROWID
        """,
    ]
}
