public import BridgeDatabase
import Crypto
import GRDB

/// The bridge's own secret: what it signs, nobody else can make. Made at the first start, kept in the bridge database.
public struct ServerKey: Sendable, CustomStringConvertible, CustomReflectable {
    private let key: SymmetricKey

    /// - Parameter secret: at least 32 bytes; shorter ones are for tests only.
    public init(secret: some Sequence<UInt8>) { self.key = SymmetricKey(data: Array(secret)) }

    /// The key of this database; made now if there is none yet. All processes get the same.
    /// - Throws: ``BridgeDatabaseError``.
    public static func load(from database: BridgeDatabase, now: Int64) async throws(BridgeDatabaseError) -> ServerKey {
        let secret = try await database.writeDurably { db in
            let existing = try [UInt8].fetchSecret(db)
            if let existing { return existing }
            var generator = SystemRandomNumberGenerator()
            let fresh = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
            try db.execute(
                sql: "INSERT INTO server_key (id, secret, created_at) VALUES (1, ?, ?)",
                arguments: [fresh.databaseBlob, now]
            )
            return fresh
        }
        return ServerKey(secret: secret)
    }

    /// An HMAC-SHA256 over a list of fields. No two different lists give the same input.
    func authenticationCode(for fields: [String]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Self.joined(fields), using: key))
    }

    /// Compares in constant time.
    func isAuthenticationCode(_ code: [UInt8], for fields: [String]) -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: Self.joined(fields), using: key)
    }

    private static func joined(_ fields: [String]) -> [UInt8] {
        fields.flatMap { field in
            withUnsafeBytes(of: UInt64(field.utf8.count).bigEndian, Array.init) + Array(field.utf8)
        }
    }

    public var description: String { "ServerKey(secret)" }
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

extension [UInt8] {
    fileprivate static func fetchSecret(_ db: Database) throws -> [UInt8]? {
        try Row.fetchOne(db, sql: "SELECT secret FROM server_key WHERE id = 1").flatMap { [UInt8](blob: $0["secret"]) }
    }
}
