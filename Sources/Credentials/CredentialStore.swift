public import BridgeDatabase
import Foundation
import GRDB
public import Identity

/// Passwords of people without a Linux account: salted hashes in the bridge database.
///
/// Which of two hashes counts, the bridge's own or the SHA-256 in the user store, is decided by one rule: **the newer
/// one**. A store hash that the bridge has not seen yet is newer (an administrator set it with the old tools): it
/// counts, once, and what the bridge had stops counting. When somebody has signed in with it, the password is hashed by
/// yescrypt and the store hash is used up.
///
/// Hashing runs on a few threads of its own. Each check costs one hash, whether the user exists or not.
public final class CredentialStore: Sendable {
    /// How many passwords may be hashed.
    public struct Configuration: Sendable, Equatable {
        /// How many are hashed at once; each takes a core and about 16 MiB. Default 2.
        public var width: Int
        /// How many more may wait; beyond it ``CredentialError/overloaded``. Default 64.
        public var queueLimit: Int

        public init(width: Int = 2, queueLimit: Int = 64) {
            self.width = width
            self.queueLimit = queueLimit
        }
    }

    private struct Entry: Sendable {
        let hash: String
        let legacyMark: [UInt8]?
    }

    /// How new passwords are hashed here; anything but ``HashMethod/yescrypt`` deserves a warning at start.
    public var method: HashMethod { hasher.method }

    /// In place of a hash that no longer counts; libcrypt makes none like it.
    private static let retired = "!"

    private let database: BridgeDatabase
    private let hasher: PasswordHasher
    private let queue: HashingQueue
    /// The hash of a password that nobody knows, at the same cost as real ones.
    private let dummy: String

    /// - Throws: ``CredentialError/noStrongMethod(tried:)`` when this system's libcrypt is too old. Takes two hashes'
    ///   time.
    public init(database: BridgeDatabase, configuration: Configuration = Configuration()) throws(CredentialError) {
        self.database = database
        self.hasher = try PasswordHasher()
        self.queue = HashingQueue(width: configuration.width, limit: configuration.queueLimit)
        guard let dummy = hasher.hash("\(UInt64.random(in: 0...UInt64.max))\(UInt64.random(in: 0...UInt64.max))") else {
            throw .hashingFailed
        }
        self.dummy = dummy
    }

    /// Checks a password.
    /// - Parameters:
    ///   - password: as typed; one that ``PasswordRule`` does not allow is refused without hashing, so refuse it
    ///     before.
    ///   - user: whose it should be.
    ///   - legacy: the SHA-256 hash of the user store, 64 lower-case hexadecimal digits, if it has one there now.
    ///   - now: seconds since 1970.
    /// - Returns: whether it is right.
    /// - Throws: ``CredentialError`` or `BridgeDatabaseError`: try again later.
    public func verify(
        _ password: String,
        for user: UserName,
        legacy: String?,
        now: Int64
    ) async throws -> CredentialVerdict {
        guard PasswordRule.allows(password) else { return .refused }
        let entry = try await entry(of: user)
        let mark = legacy.map { LegacyHash.mark($0, user: user.rawValue) }
        if let legacy, entry?.legacyMark != mark {
            guard LegacyHash.isPassword(password, of: legacy) else {
                try await dummyVerify(password)
                return .refused
            }
            try await set(password, for: user, superseding: legacy, now: now)
            return .acceptedLegacy
        }
        if legacy == nil, entry?.legacyMark != nil { try await dropLegacyMark(of: user) }
        guard let entry, entry.hash != Self.retired else {
            try await dummyVerify(password)
            return .refused
        }
        let isRight = try await queue.run { [hasher] in hasher.isPassword(password, of: entry.hash) }
        return isRight ? .accepted : .refused
    }

    /// Takes as long as checking a real password; for names that are unknown.
    public func dummyVerify(_ password: String) async throws {
        _ = try await queue.run { [hasher, dummy] in hasher.isPassword(password, of: dummy) }
    }

    /// Sets a password.
    /// - Parameters:
    ///   - password: 1 to 511 bytes without NUL.
    ///   - user: whose it becomes.
    ///   - legacy: the SHA-256 hash that the user store holds now, if any: it stops to count.
    ///   - now: seconds since 1970.
    /// - Throws: ``CredentialError`` or `BridgeDatabaseError`; the old password counts on then.
    public func set(_ password: String, for user: UserName, superseding legacy: String?, now: Int64) async throws {
        guard PasswordRule.allows(password) else { throw CredentialError.unacceptablePassword }
        guard let hash = try await queue.run({ [hasher] in hasher.hash(password) }) else {
            throw CredentialError.hashingFailed
        }
        let mark = legacy.map { Data(LegacyHash.mark($0, user: user.rawValue)) }
        try await database.writeDurably { db in
            try db.execute(
                sql: "INSERT OR REPLACE INTO credentials (user, hash, legacy_mark, changed_at) VALUES (?, ?, ?, ?)",
                arguments: [user.rawValue, hash, mark, now]
            )
        }
    }

    /// Forgets the password of a user. Do so when the user is deleted, so that a namesake does not inherit it.
    public func remove(_ user: UserName) async throws(BridgeDatabaseError) {
        try await database.writeDurably { db in
            try db.execute(sql: "DELETE FROM credentials WHERE user = ?", arguments: [user.rawValue])
        }
    }

    /// The hash of a user, as crypt(5) writes it.
    public func hash(of user: UserName) async throws(BridgeDatabaseError) -> String? {
        guard let hash = try await entry(of: user)?.hash, hash != Self.retired else { return nil }
        return hash
    }

    /// Lets the password of a user count no more, nor the store hash that it came from. ``set(_:for:superseding:now:)`` gives a new one.
    ///
    /// For somebody whose password a Linux account holds from now on: without the entry the store hash would count once more.
    public func retire(_ user: UserName, now: Int64) async throws(BridgeDatabaseError) {
        try await database.writeDurably { db in
            try db.execute(
                sql: "UPDATE credentials SET hash = ?, changed_at = ? WHERE user = ?",
                arguments: [Self.retired, now, user.rawValue]
            )
        }
    }

    /// Whether a password is the one of a store hash; in constant time, and without regard to whether the hash was used
    /// up.
    public static func isLegacyPassword(_ password: String, of hash: String) -> Bool {
        PasswordRule.allows(password) && LegacyHash.isPassword(password, of: hash)
    }

    private func entry(of user: UserName) async throws(BridgeDatabaseError) -> Entry? {
        try await database.read { db in
            try Row.fetchOne(
                db,
                sql: "SELECT hash, legacy_mark FROM credentials WHERE user = ?",
                arguments: [user.rawValue]
            ).map { row in
                let mark: Data? = row["legacy_mark"]
                return Entry(hash: row["hash"], legacyMark: mark.map(Array.init))
            }
        }
    }

    private func dropLegacyMark(of user: UserName) async throws(BridgeDatabaseError) {
        try await database.write { db in
            try db.execute(sql: "UPDATE credentials SET legacy_mark = NULL WHERE user = ?", arguments: [user.rawValue])
        }
    }
}
