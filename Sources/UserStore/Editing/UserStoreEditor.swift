import GRDB
import Glibc
public import Identity

/// Makes an administrator's changes of the user store: one transaction each, by parameters, after a backup.
///
/// One editor is one run: the first change copies the store to `backups/` beside it, and only when that has succeeded is anything
/// written. Owner, group and mode of the file stay as they are, so that the bridge can go on reading what root has written. Names
/// are looked up exactly as they are stored, so that also a row with a name that nobody can sign in with may be changed or removed.
public final class UserStoreEditor {
    /// Where the store was copied before the first change of this run; `nil` as long as there was none.
    public private(set) var backupPath: String?

    private let files: StoreFiles
    private let isSystemName: (UserName) -> Bool

    /// - Parameters:
    ///   - path: of the database file. Nothing is opened yet.
    ///   - isSystemName: whether a name belongs to the host's system, beside the reserved ones.
    public init(path: String, isSystemName: @escaping (UserName) -> Bool = { _ in false }) {
        self.files = StoreFiles(path)
        self.isSystemName = isSystemName
    }

    /// Adds a user with an allocation. The password column gets ``StorePassword/lockedMarker``.
    /// - Returns: the id of the row.
    /// - Throws: ``StoreEditError``; among others when a name that differs only by case is there.
    @discardableResult
    public func add(
        _ name: UserName,
        email: String? = nil,
        role: Role = .user,
        quota: Quota = .platformDefault
    ) throws(StoreEditError) -> Int64 {
        guard !name.isReserved, !isSystemName(name) else { throw .reservedName(name) }
        if let email, StoredEmail(.text(email)) != .address(email) { throw .badEmail(email) }
        return try change { database in
            if let existing = try Self.spelling(of: name, in: database) {
                throw StoreEditError.userExists(name: name, existing: existing)
            }
            try database.execute(
                sql: "INSERT INTO users (username, password_hash, email, role, is_active) VALUES (?, ?, ?, ?, 1)",
                arguments: [name.rawValue, StorePassword.lockedMarker, email, role.rawValue]
            )
            let id = database.lastInsertedRowID
            try Self.write(try QuotaChange(quota), of: id, in: database)
            return id
        }
    }

    /// Whether anybody has the name, in any case: what ``add(_:email:role:quota:)`` would refuse, asked before a password is.
    /// - Throws: ``StoreEditError``.
    public func check(newName name: UserName) throws(StoreEditError) {
        guard !name.isReserved, !isSystemName(name) else { throw .reservedName(name) }
        let existing = try access { connection in try connection.read { try Self.spelling(of: name, in: $0) } }
        if let existing { throw .userExists(name: name, existing: existing) }
    }

    /// Replaces the legacy hash by a mark that no password matches, once the bridge database holds the real one.
    public func lockPassword(of name: String) throws(StoreEditError) {
        try update(name, "UPDATE users SET password_hash = ? WHERE id = ?", StorePassword.lockedMarker)
    }

    /// Lets a user in, or ends all that they have open.
    /// - Parameter keepingAnAdministrator: whether nothing is changed when nobody but this user is plainly an active administrator: then
    ///   ``StoreEditError/lastAdministrator(name:)`` is thrown. Looked at in the transaction of the change, so that two who switch
    ///   each other off at the same moment do not both succeed.
    public func setActive(
        _ isActive: Bool,
        of name: String,
        keepingAnAdministrator: Bool = false
    ) throws(StoreEditError) {
        try change { database in
            for id in try ids(of: name, in: database) {
                try database.execute(
                    sql: "UPDATE users SET is_active = ? WHERE id = ?",
                    arguments: [isActive ? 1 : 0, id]
                )
            }
            guard keepingAnAdministrator, try !Self.hasAdministrator(in: database) else { return }
            throw StoreEditError.lastAdministrator(name: StoredValue.text(name).printable ?? "")
        }
    }

    /// Whether somebody can sign in as an administrator. Only rows without any doubt count.
    private static func hasAdministrator(in database: Database) throws -> Bool {
        let sql = "SELECT username FROM users WHERE role = 'admin' AND is_active = 1 AND typeof(username) = 'text'"
        let names = try String.fetchCursor(database, sql: sql)
        while let text = try names.next() {
            if let name = try? UserName(text), !name.isReserved { return true }
        }
        return false
    }

    public func setRole(_ role: Role, of name: String) throws(StoreEditError) {
        try update(name, "UPDATE users SET role = ? WHERE id = ?", role.rawValue)
    }

    /// Changes a quota. A user's several allocations all get the same values, as the platform's API does it (fault F-4).
    public func setQuota(_ quota: QuotaChange, of name: String) throws(StoreEditError) {
        try change { database in
            for id in try ids(of: name, in: database) { try Self.write(quota, of: id, in: database) }
        }
    }

    /// Removes a user's row, with the allocations and the sessions of the old platform. The home directory is not touched.
    public func delete(_ name: String) throws(StoreEditError) {
        try change { database in
            let hasSessions = try Bool.fetchOne(
                database,
                sql: "SELECT count(*) > 0 FROM pragma_table_info('sessions') WHERE name = 'user_id'"
            )
            for id in try ids(of: name, in: database) {
                if hasSessions == true {
                    try database.execute(sql: "DELETE FROM sessions WHERE user_id = ?", arguments: [id])
                }
                try database.execute(sql: "DELETE FROM resource_allocations WHERE user_id = ?", arguments: [id])
                try database.execute(sql: "DELETE FROM users WHERE id = ?", arguments: [id])
            }
        }
    }

    private func update(_ name: String, _ sql: String, _ value: some DatabaseValueConvertible) throws(StoreEditError) {
        try change { database in
            for id in try ids(of: name, in: database) { try database.execute(sql: sql, arguments: [value, id]) }
        }
    }

    private func ids(of name: String, in database: Database) throws -> [Int64] {
        let ids = try Int64.fetchAll(
            database,
            sql: "SELECT id FROM users WHERE username = ? ORDER BY id",
            arguments: [name]
        )
        guard !ids.isEmpty else {
            throw StoreEditError.noSuchUser(name: StoredValue.text(name).printable ?? "", path: files.path)
        }
        return ids
    }

    /// SQL's `lower` knows ASCII only, so the folding is done as the reader does it.
    private static func spelling(of name: UserName, in database: Database) throws -> String? {
        let names = try String.fetchCursor(database, sql: "SELECT username FROM users WHERE username IS NOT NULL")
        while let existing = try names.next() { if existing.lowercased() == name.rawValue { return existing } }
        return nil
    }

    private static func write(_ quota: QuotaChange, of id: Int64, in database: Database) throws {
        let values: StatementArguments = [
            quota.cpuCores, quota.memory?.storeText, quota.disk?.storeText, quota.gpu.map { $0 ? 1 : 0 },
        ]
        // What is not changed is taken from the row in force, the one with the lowest id.
        try database.execute(
            sql: """
                UPDATE resource_allocations SET (cpu_limit, mem_limit, disk_quota, gpu_access) = (
                    SELECT coalesce(?, cpu_limit), coalesce(?, mem_limit), coalesce(?, disk_quota), coalesce(?, gpu_access)
                    FROM resource_allocations WHERE user_id = ? ORDER BY id LIMIT 1
                ) WHERE user_id = ?
                """,
            arguments: values + [id, id]
        )
        guard database.changesCount == 0 else { return }
        let fallback = Quota.platformDefault
        try database.execute(
            sql: """
                INSERT INTO resource_allocations (cpu_limit, mem_limit, disk_quota, gpu_access, user_id) VALUES (?, ?, ?, ?, ?)
                """,
            arguments: [
                quota.cpuCores ?? fallback.cpuCores, (quota.memory ?? fallback.memory).storeText,
                (quota.disk ?? fallback.disk).storeText, (quota.gpu ?? fallback.gpu) ? 1 : 0, id,
            ]
        )
    }

    private func change<Value>(_ body: (Database) throws -> Value) throws(StoreEditError) -> Value {
        try access { connection in
            if backupPath == nil { backupPath = try StoreBackup(files: files.resolved).make(from: connection) }
            return try connection.writeWithoutTransaction { database in
                var value: Value?
                try database.inTransaction(.immediate) {
                    value = try body(database)
                    return .commit
                }
                guard let value else {
                    throw StoreEditError.writeFailed(path: files.path, reason: "the change was rolled back")
                }
                return value
            }
        }
    }

    private func access<Value>(_ body: (DatabaseQueue) throws -> Value) throws(StoreEditError) -> Value {
        do {
            _ = try files.header()
            guard Glibc.access(files.path, W_OK) == 0 else {
                throw StoreEditError.writeFailed(path: files.path, reason: String(cString: strerror(errno)))
            }
            // Waits longer than a reader: an administrator would rather wait than type it again.
            var configuration = Configuration.reading(busyTimeout: .seconds(10), readonly: false)
            configuration.label = "user-store-editor"
            let connection = try DatabaseQueue(path: files.path, configuration: configuration)
            defer { try? connection.close() }
            if let difference = try connection.read(StoreSchema.difference) {
                throw StoreError.foreign(path: files.path, reason: difference)
            }
            return try body(connection)
        } catch let error as StoreEditError {
            throw error
        } catch let error as StoreError {
            throw .store(error)
        } catch let error as DatabaseError
            where [.SQLITE_BUSY, .SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode)
        {
            throw .store(StoreError(error, files: files))
        } catch let error as DatabaseError {
            throw .writeFailed(path: files.path, reason: error.message ?? "SQLite error \(error.resultCode.rawValue)")
        } catch {
            throw .writeFailed(path: files.path, reason: "\(error)")
        }
    }
}

extension QuotaChange {
    /// All parts of a quota.
    init(_ quota: Quota) throws(QuotaChangeError) {
        try self.init(cpuCores: quota.cpuCores, memory: quota.memory, disk: quota.disk, gpu: quota.gpu)
    }
}
