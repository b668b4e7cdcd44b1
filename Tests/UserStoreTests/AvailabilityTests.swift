import Foundation
import Testing

@testable import UserStore

@Suite("A store that cannot be used")
struct AvailabilityTests {
    /// What reading throws.
    private func failure(_ store: StoreFixture) -> StoreError? {
        do {
            _ = try store.read()
            return nil
        } catch {
            return error
        }
    }

    @Test("a missing file is called missing")
    func missing() throws {
        let store = try StoreFixture(schema: false)
        #expect(failure(store) == .missing(path: store.path))
        #expect(try store.filesBeside.isEmpty)
    }

    @Test("a directory, and a FIFO that nobody feeds, are no store")
    func notAFile() throws {
        let store = try StoreFixture(schema: false)
        try FileManager.default.createDirectory(atPath: store.path, withIntermediateDirectories: false)
        guard case .unreadable = failure(store) else { return #expect(Bool(false)) }
        try FileManager.default.removeItem(atPath: store.path)
        mkfifo(store.path, 0o600)
        guard case .unreadable = failure(store) else { return #expect(Bool(false)) }
    }

    @Test(
        "garbage is no database, an empty file no store",
        arguments: ["garbage", "SQLite format 3", String(repeating: "x", count: 9000)]
    )
    func garbage(text: String) throws {
        let store = try StoreFixture(schema: false)
        try Data(text.utf8).write(to: URL(fileURLWithPath: store.path))
        #expect(failure(store) == .notADatabase(path: store.path))
        try Data().write(to: URL(fileURLWithPath: store.path))
        guard case .foreign = failure(store) else { return #expect(Bool(false)) }
    }

    @Test("another program's database is foreign, and what it lacks is said")
    func foreign() throws {
        let store = try StoreFixture(schema: false)
        try store.sqlite3("CREATE TABLE cookies (x);")
        #expect(failure(store) == .foreign(path: store.path, reason: "it has no table `users`"))
        try store.sqlite3("CREATE TABLE users (id, username, password_hash, email, role, is_active);")
        #expect(failure(store) == .foreign(path: store.path, reason: "it has no table `resource_allocations`"))
        try store.sqlite3("CREATE VIEW resource_allocations AS SELECT 1 AS id;")
        #expect(failure(store) == .foreign(path: store.path, reason: "`resource_allocations` is no plain table"))
        try store.sqlite3("DROP VIEW resource_allocations; CREATE TABLE resource_allocations (id, user_id);")
        #expect(
            failure(store)
                == .foreign(path: store.path, reason: "table `resource_allocations` has no column `cpu_limit`")
        )
    }

    @Test("damage anywhere in the tables is an error or the same answer, never a trap and never a new name")
    func corrupt() throws {
        let store = try StoreFixture()
        try store.sqlite3(
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
            INSERT INTO users (username, password_hash) SELECT 'user' || i, 'PLACEHOLDER' FROM n;
            """
        )
        let whole = try Data(contentsOf: URL(fileURLWithPath: store.path))
        var failures = 0
        for round in 0..<200 {
            var bytes = whole
            if round % 4 == 0 {
                bytes = bytes.prefix(Int.random(in: 100..<bytes.count))
            } else {
                for _ in 0..<20 { bytes[Int.random(in: 100..<bytes.count)] = UInt8.random(in: 0...255) }
            }
            try bytes.write(to: URL(fileURLWithPath: store.path))
            if failure(store) != nil { failures += 1 }
        }
        #expect(failures > 0)
        var bytes = whole
        bytes.replaceSubrange(4096..<bytes.count, with: repeatElement(0xAA, count: bytes.count - 4096))
        try bytes.write(to: URL(fileURLWithPath: store.path))
        guard case .corrupt = failure(store) else {
            return #expect(Bool(false), "\(String(describing: failure(store)))")
        }
    }

    @Test("every error says the path and a way out")
    func sentences() {
        let path = "/x/users.db"
        let errors: [StoreError] = [
            .notRead(path: path), .missing(path: path), .unreadable(path: path, reason: "r"), .notADatabase(path: path),
            .corrupt(path: path, reason: "r"), .foreign(path: path, reason: "r"), .busy(path: path),
        ]
        for error in errors { #expect("\(error)".contains(path) && error.path == path) }
    }
}
