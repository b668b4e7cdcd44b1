import GRDB
import Glibc
public import Identity

/// Reads a user store once.
///
/// Opens the file read-only and leaves no trace beside it: no journal, no `-wal`, no `-shm`. It needs no right to write the
/// directory, and other programs may be writing in either journal mode.
public struct StoreReader: Sendable {
    private let files: StoreFiles
    private let configuration: Configuration

    public struct Configuration: Sendable {
        /// What a user has whose allocation is missing or cannot be read.
        public var defaultQuota: Quota
        /// How many findings of each kind a snapshot carries; all are counted.
        public var findingLimit: Int
        /// How long a lock of another program is waited for.
        public var busyTimeout: Duration
        /// Whether a name belongs to the host's system, beside the reserved ones.
        public var isSystemName: @Sendable (UserName) -> Bool

        public init(
            defaultQuota: Quota = .platformDefault,
            findingLimit: Int = .max,
            busyTimeout: Duration = .milliseconds(500),
            isSystemName: @escaping @Sendable (UserName) -> Bool = { _ in false }
        ) {
            self.defaultQuota = defaultQuota
            self.findingLimit = findingLimit
            self.busyTimeout = busyTimeout
            self.isSystemName = isSystemName
        }
    }

    public init(path: String, configuration: Configuration = Configuration()) {
        self.files = StoreFiles(path)
        self.configuration = configuration
    }

    /// Reads the store as it is now.
    /// - Throws: ``StoreError``; never ``StoreError/notRead(path:)``.
    public func read() throws(StoreError) -> StoreSnapshot {
        let files = files.resolved
        do {
            let queue = try open(files)
            defer { try? queue.close() }
            return try queue.read { database in
                if let difference = try StoreSchema.difference(in: database) {
                    throw StoreError.foreign(path: files.path, reason: difference)
                }
                return try snapshot(of: database)
            }
        } catch let error as StoreError {
            throw error
        } catch let error as DatabaseError {
            throw StoreError(error, files: files)
        } catch {
            throw .unreadable(path: files.path, reason: "\(error)")
        }
    }

    private func open(_ files: StoreFiles) throws -> DatabaseQueue {
        let header = try files.header()
        let image = StoreImage(files)
        let inMemory = GRDB.Configuration.reading(busyTimeout: configuration.busyTimeout, readonly: false)
        guard header.usesWriteAheadLog else {
            let connection = try connect(files)
            return try image.open(under: connection, configuration: inMemory) ?? connection
        }
        if let unlogged = try image.openUnlogged(configuration: inMemory) { return unlogged }
        guard FileStamp(path: files.walIndex) != nil else {
            throw StoreError.unreadable(path: files.path, reason: StoreError.logWithoutIndex(files.path))
        }
        return try connect(files)
    }

    private func connect(_ files: StoreFiles) throws -> DatabaseQueue {
        try DatabaseQueue(
            path: files.path,
            configuration: .reading(busyTimeout: configuration.busyTimeout, readonly: true)
        )
    }

    private func snapshot(of database: Database) throws -> StoreSnapshot {
        var builder = SnapshotBuilder(
            fallback: configuration.defaultQuota,
            findingLimit: configuration.findingLimit,
            isSystemName: configuration.isSystemName
        )
        builder.reserveCapacity(try Int.fetchOne(database, sql: "SELECT count(*) FROM users") ?? 0)
        try database.forEachRow("SELECT id, username, password_hash, email, role, is_active FROM users ORDER BY id") {
            row in
            builder.add(StoredUser(row))
        }
        try database.forEachRow(
            "SELECT id, user_id, cpu_limit, mem_limit, disk_quota, gpu_access FROM resource_allocations ORDER BY id"
        ) { row in
            builder.add(StoredAllocation(row))
        }
        return builder.build()
    }
}

extension GRDB.Configuration {
    /// For a connection that only reads, and trusts nothing that the schema might run (security.html).
    static func reading(busyTimeout: Duration, readonly: Bool) -> Self {
        var configuration = Self()
        configuration.readonly = readonly
        configuration.foreignKeysEnabled = false
        configuration.label = "user-store"
        // As in the bridge database: an unprivileged process may not have the better priority that GRDB asks for.
        configuration.qos = .default
        // SQLite's own handler sleeps up to 100 ms between tries, and so misses nearly all gaps of a program that writes on and on.
        let tries = Int((busyTimeout / .milliseconds(1)).rounded(.up))
        configuration.busyMode = .callback { count in
            usleep(1000)
            return count < tries
        }
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON")
        }
        return configuration
    }
}

extension Database {
    fileprivate func forEachRow(_ sql: String, _ body: (SQLiteStatement) -> Void) throws {
        let statement = try makeStatement(sql: sql)
        let rows = try Row.fetchCursor(statement)
        while try rows.next() != nil { body(statement.sqliteStatement) }
    }
}

extension StoredUser {
    fileprivate init(_ row: SQLiteStatement) {
        id = StoredValue(row, column: 0)
        name = StoredValue(row, column: 1)
        passwordHash = StoredValue(row, column: 2)
        email = StoredValue(row, column: 3)
        role = StoredValue(row, column: 4)
        isActive = StoredValue(row, column: 5)
    }
}

extension StoredAllocation {
    fileprivate init(_ row: SQLiteStatement) {
        id = StoredValue(row, column: 0)
        userID = StoredValue(row, column: 1)
        cpuLimit = StoredValue(row, column: 2)
        memoryLimit = StoredValue(row, column: 3)
        diskQuota = StoredValue(row, column: 4)
        gpuAccess = StoredValue(row, column: 5)
    }
}
