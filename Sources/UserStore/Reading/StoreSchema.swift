import GRDB

/// The tables of the platform that the bridge reads and writes, by which a user store is known from any other database: its
/// `user_version` is 0 (fault F-5).
enum StoreSchema {
    /// A table, and the columns without which it is not the platform's. Others may be there.
    struct Table {
        let name: String
        let columns: [String]
    }

    static let users = Table(name: "users", columns: ["id", "username", "password_hash", "email", "role", "is_active"])
    static let allocations = Table(
        name: "resource_allocations",
        columns: ["id", "user_id", "cpu_limit", "mem_limit", "disk_quota", "gpu_access"]
    )

    /// - Returns: what is missing, as the end of a sentence; `nil` when this is a user store.
    static func difference(in database: Database) throws -> String? {
        for table in [users, allocations] {
            // A view or a virtual table has no root page.
            let isThere = try Bool.fetchOne(
                database,
                sql:
                    "SELECT rootpage > 0 FROM sqlite_master WHERE name = ? COLLATE NOCASE AND type IN ('table', 'view')",
                arguments: [table.name]
            )
            guard let isThere else { return "it has no table `\(table.name)`" }
            guard isThere else { return "`\(table.name)` is no plain table" }
            let columns = try String.fetchSet(
                database,
                sql: "SELECT lower(name) FROM pragma_table_info(?)",
                arguments: [table.name]
            )
            if let missing = table.columns.first(where: { !columns.contains($0) }) {
                return "table `\(table.name)` has no column `\(missing)`"
            }
        }
        return nil
    }

    /// Makes the tables just as the platform's `schema.sql` does, so that its programs can use a store that the bridge made.
    static func create(in database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE users (
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    username TEXT UNIQUE NOT NULL,
                    password_hash TEXT NOT NULL,
                    email TEXT,
                    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
                    last_login TIMESTAMP,
                    role TEXT DEFAULT 'user',
                    is_active BOOLEAN DEFAULT 1
                );
                CREATE TABLE resource_allocations (
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    user_id INTEGER NOT NULL,
                    cpu_limit REAL NOT NULL DEFAULT 1,
                    mem_limit TEXT NOT NULL DEFAULT '2G',
                    disk_quota TEXT NOT NULL DEFAULT '5G',
                    gpu_access BOOLEAN DEFAULT 0,
                    FOREIGN KEY (user_id) REFERENCES users(id)
                );
                CREATE TABLE sessions (
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    user_id INTEGER NOT NULL,
                    session_token TEXT UNIQUE NOT NULL,
                    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
                    expires_at TIMESTAMP NOT NULL,
                    ip_address TEXT,
                    user_agent TEXT,
                    FOREIGN KEY (user_id) REFERENCES users(id)
                );
                CREATE TABLE activity_log (
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    user_id INTEGER,
                    activity_type TEXT NOT NULL,
                    description TEXT,
                    timestamp TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
                    ip_address TEXT,
                    FOREIGN KEY (user_id) REFERENCES users(id)
                );
                """
        )
    }
}
