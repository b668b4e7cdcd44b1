import Dispatch
package import GRDB

/// The bridge's own SQLite file: sessions, credentials, regulation, revocations.
///
/// Several processes may have it open at once (`serve` and the command line). The file is in WAL mode, so that readers
/// never wait for a writer; two writers take turns and wait for each other up to ``Configuration/busyTimeout``.
///
/// A write is done, or is not: every write is one transaction, and a task that is cancelled half-way (a browser that
/// went away) does not take its write back.
public final class BridgeDatabase: Sendable {
    /// How the file is opened.
    public struct Configuration: Sendable {
        /// How long a write waits for the writer of another process, in seconds. Default 5.
        public var busyTimeout: Double
        /// How many reads may run at once. Default 2.
        public var readers: Int

        public init(busyTimeout: Double = 5, readers: Int = 2) {
            self.busyTimeout = busyTimeout
            self.readers = readers
        }
    }

    /// Where the file is.
    public let path: String
    private let pool: DatabasePool
    private let identity: DatabaseFile.Identity?

    /// Opens the file, creates it when it is missing, and brings its schema up to date.
    ///
    /// A file that is made here has mode 0600 and, when root makes it, the owner of the directory that it stands in, so
    /// that the service can open what an administrator's command has created. (SQLite itself gives `-wal` and `-shm`
    /// the mode and the owner of the database file: `findCreateFileMode` and `robustFchown` in its os_unix.c.)
    /// - Parameters:
    ///   - path: the file; its directory must exist.
    ///   - configuration: how the file is opened.
    /// - Returns: the open database.
    /// - Throws: ``BridgeDatabaseError`` that names the path and the way out. Nothing has been changed in that case.
    public static func open(
        path: String,
        configuration: Configuration = Configuration()
    ) throws(BridgeDatabaseError) -> BridgeDatabase {
        let turn = try OpeningTurn(databasePath: path)
        defer { turn.end() }
        try DatabaseFile(path: path).prepare()
        do {
            try refuseForeignFile(path: path, configuration: configuration)
            let pool = try DatabasePool(path: path, configuration: grdbConfiguration(configuration))
            let migrator = Schema.migrator
            let unknown = try pool.read { try migrator.appliedIdentifiers($0) }.subtracting(migrator.migrations)
            guard unknown.isEmpty else {
                throw BridgeDatabaseError.newer(path: path, migrations: unknown.sorted())
            }
            try migrator.migrate(pool)
            return BridgeDatabase(path: path, pool: pool)
        } catch {
            throw BridgeDatabaseError(error, path: path)
        }
    }

    private init(path: String, pool: DatabasePool) {
        self.path = path
        self.pool = pool
        self.identity = DatabaseFile(path: path).identity
    }

    /// Closes every connection; a later read or write throws. Waits for what is running.
    public func close() throws(BridgeDatabaseError) {
        do { try pool.close() } catch { throw BridgeDatabaseError(error, path: path) }
    }

    /// Asks the file a trivial question, for `/readyz`.
    /// - Throws: ``BridgeDatabaseError`` when the file cannot be read, or is no longer the one that was opened.
    public func check() async throws(BridgeDatabaseError) {
        guard DatabaseFile(path: path).identity == identity else { throw .replaced(path: path) }
        _ = try await read { try Int.fetchOne($0, sql: "SELECT count(*) FROM server_key") }
    }

    // MARK: - For the rooms above

    /// Reads once and closes again, without making or changing anything: for a process that only wants to look a thing up. The service
    /// must have the file open, or have left its `-shm` beside it. A schema that somebody else wrote into the file can call nothing
    /// (`trusted_schema`, https://www.sqlite.org/security.html).
    package static func readOnce<Value>(
        path: String,
        _ body: (Database) throws -> Value
    ) throws(BridgeDatabaseError) -> Value {
        do {
            try refuseForeignFile(path: path, configuration: Configuration())
            var configuration = grdbConfiguration(Configuration())
            configuration.readonly = true
            configuration.prepareDatabase { db in
                try db.execute(sql: "PRAGMA trusted_schema = OFF")
                try db.execute(sql: "PRAGMA cell_size_check = ON")
            }
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            defer { try? queue.close() }
            return try queue.read(body)
        } catch {
            throw BridgeDatabaseError(error, path: path)
        }
    }

    /// Reads from one consistent snapshot.
    package func read<Value: Sendable>(
        _ body: @Sendable @escaping (Database) throws -> Value
    ) async throws(BridgeDatabaseError) -> Value {
        try await resume { finish in
            self.pool.asyncRead { access in finish(Result { try body(access.get()) }) }
        }
    }

    /// Runs one transaction. It survives a crash of the process; after a power cut the last ones may be missing.
    package func write<Value: Sendable>(
        _ body: @Sendable @escaping (Database) throws -> Value
    ) async throws(BridgeDatabaseError) -> Value {
        try await transaction(durable: false, body)
    }

    /// Runs one transaction that also survives a power cut: for what must never come back, such as a session that was
    /// ended.
    package func writeDurably<Value: Sendable>(
        _ body: @Sendable @escaping (Database) throws -> Value
    ) async throws(BridgeDatabaseError) -> Value {
        try await transaction(durable: true, body)
    }

    /// A number that changes when, and only when, another process or another ``BridgeDatabase`` has written
    /// (`PRAGMA data_version`, asked on the one connection that all writes of this object go through).
    package func foreignVersion() async throws(BridgeDatabaseError) -> Int64 {
        try await resume { finish in
            self.pool.asyncWriteWithoutTransaction { db in
                finish(Result { try Int64.fetchOne(db, sql: "PRAGMA data_version") ?? 0 })
            }
        }
    }

    private func transaction<Value: Sendable>(
        durable: Bool,
        _ body: @Sendable @escaping (Database) throws -> Value
    ) async throws(BridgeDatabaseError) -> Value {
        try await resume { finish in
            self.pool.asyncWriteWithoutTransaction { db in
                finish(Result { try Self.inTransaction(db, durable: durable, body) })
            }
        }
    }

    private static func inTransaction<Value>(
        _ db: Database,
        durable: Bool,
        _ body: (Database) throws -> Value
    ) throws -> Value {
        // SQLite syncs the log at each commit only in FULL (https://www.sqlite.org/pragma.html#pragma_synchronous).
        if durable { try db.execute(sql: "PRAGMA synchronous = FULL") }
        defer { if durable { try? db.execute(sql: "PRAGMA synchronous = NORMAL") } }
        var value: Value?
        try db.inTransaction(.immediate) {
            value = try body(db)
            return .commit
        }
        guard let value else { throw DatabaseError(resultCode: .SQLITE_ABORT) }
        return value
    }

    /// GRDB's own async calls give up when the task is cancelled; this does not.
    private func resume<Value: Sendable>(
        _ start: (@escaping @Sendable (Result<Value, any Error>) -> Void) -> Void
    ) async throws(BridgeDatabaseError) -> Value {
        do {
            return try await withCheckedThrowingContinuation { continuation in
                start { continuation.resume(with: $0) }
            }
        } catch {
            throw BridgeDatabaseError(error, path: path)
        }
    }

    // MARK: - Opening

    private static func grdbConfiguration(_ configuration: Configuration) -> GRDB.Configuration {
        var result = GRDB.Configuration()
        result.busyMode = .timeout(configuration.busyTimeout)
        result.maximumReaderCount = max(1, configuration.readers)
        result.label = "diycloud-bridge.database"
        // GRDB's default asks libdispatch for a better priority than an unprivileged process may have, which it complains of.
        result.qos = .default
        result.prepareDatabase { db in
            // What is deleted (a hash, a digest) does not stay readable in free pages.
            try db.execute(sql: "PRAGMA secure_delete = ON")
        }
        return result
    }

    /// Looks before it touches: opening the platform's own `users.db` here by mistake must not turn it into ours.
    private static func refuseForeignFile(path: String, configuration: Configuration) throws {
        var readOnly = grdbConfiguration(configuration)
        readOnly.readonly = true
        let queue = try DatabaseQueue(path: path, configuration: readOnly)
        defer { try? queue.close() }
        let isOurs = try queue.read { db in
            let mark = try Int64.fetchOne(db, sql: "PRAGMA application_id") ?? 0
            let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
            return mark == Schema.applicationID || (mark == 0 && tables == 0)
        }
        guard isOurs else { throw BridgeDatabaseError.foreign(path: path) }
    }
}
