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
            \(digest("secret")),
            \(integer("created_at"))
        )
        """,
        """
        CREATE TABLE sessions (
            \(digest("digest")) PRIMARY KEY,
            \(text("id")) UNIQUE,
            \(text("user")),
            \(text("role")),
            email TEXT CHECK (typeof(email) IN ('text', 'null')),
            \(integer("linux_account")),
            \(text("client")),
            \(text("user_agent")),
            \(integer("created_at")),
            \(integer("expires_at")),
            \(integer("last_seen"))
        ) WITHOUT ROWID
        """,
        "CREATE INDEX sessions_by_user ON sessions (user)",
        """
        CREATE TABLE revocations (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            \(text("user")),
            session_id TEXT CHECK (typeof(session_id) IN ('text', 'null')),
            \(text("reason")),
            \(integer("at"))
        )
        """,
        """
        CREATE TABLE assertions (
            \(digest("digest")) PRIMARY KEY,
            \(text("audience")),
            \(digest("state_digest")),
            \(text("session_id")),
            \(integer("expires_at"))
        ) WITHOUT ROWID
        """,
        "CREATE INDEX assertions_by_session ON assertions (session_id)",
        """
        CREATE TABLE credentials (
            \(text("user")) PRIMARY KEY,
            \(text("hash")),
            legacy_mark BLOB CHECK (typeof(legacy_mark) IN ('blob', 'null')),
            \(integer("changed_at"))
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE regulation_buckets (
            kind TEXT NOT NULL CHECK (kind IN ('pair', 'client', 'account')),
            \(text("account")),
            \(text("client")),
            \(integer("attempts")),
            \(integer("window_started")),
            \(integer("banned_until")),
            PRIMARY KEY (kind, account, client)
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE regulation_known (
            \(text("account")),
            \(text("client")),
            \(integer("last_success")),
            PRIMARY KEY (account, client)
        ) WITHOUT ROWID
        """,
    ]

    // SQLite takes any type into any column unless it is told not to, and GRDB stops the process when a column holds
    // another type than is read from it: nothing that somebody writes by hand with sqlite3(1) may do that.

    private static func integer(_ name: String) -> String {
        "\(name) INTEGER NOT NULL CHECK (typeof(\(name)) = 'integer')"
    }

    private static func text(_ name: String) -> String { "\(name) TEXT NOT NULL CHECK (typeof(\(name)) = 'text')" }

    private static func digest(_ name: String) -> String {
        "\(name) BLOB NOT NULL CHECK (typeof(\(name)) = 'blob' AND length(\(name)) = 32)"
    }
}
