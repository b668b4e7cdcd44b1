import Foundation
import Identity
import Testing

@testable import UserStore

@Suite("Reading while others write")
struct ConcurrencyTests {
    @Test("a snapshot is never between two states of the store", arguments: ["delete", "wal"])
    func atomic(mode: String) throws {
        let fixture = try StoreFixture()
        try fixture.sqlite3("PRAGMA journal_mode = \(mode);")
        for name in ["ann", "bob"] { try fixture.add("'\(name)'") }
        // Each transaction changes both users. A thread, since the loop below leaves none of Swift's own.
        let writer = try OpenSQLite(fixture.path)
        let writing = Thread {
            for round in 2...300 {
                usleep(5000)
                writer.run(
                    """
                    .timeout 2000
                    BEGIN;
                    UPDATE resource_allocations SET cpu_limit = \(round);
                    UPDATE users SET is_active = \(round % 2);
                    COMMIT;
                    """
                )
            }
            writer.close()
        }
        let store = SQLiteUserStore(path: fixture.path)
        store.refresh()
        writing.start()
        var seen = Set<Double>()
        var isLast = false
        while !isLast {
            isLast = writing.isFinished
            store.refresh()
            let snapshot = try store.current()
            let (ann, bob) = (snapshot.users[0], snapshot.users[1])
            #expect(ann.quota == bob.quota && ann.isActive == bob.isActive)
            if ann.quota.cpuCores > 1 { #expect(ann.isActive == (Int(ann.quota.cpuCores) % 2 == 1)) }
            seen.insert(ann.quota.cpuCores)
        }
        #expect(seen.contains(300) && seen.count > 10, "saw \(seen.count) states")
    }

    @Test("reading leaves nothing beside the file, in either mode", arguments: ["delete", "wal"])
    func noTrace(mode: String) throws {
        let fixture = try StoreFixture()
        try fixture.sqlite3("PRAGMA journal_mode = \(mode);")
        try fixture.add("'bob'")
        let (before, bytes) = (try fixture.filesBeside, try Data(contentsOf: URL(fileURLWithPath: fixture.path)))
        #expect(before == ["users.db"])
        for _ in 0..<3 { #expect(try fixture.read().users.count == 1) }
        #expect(try fixture.filesBeside == before)
        #expect(try Data(contentsOf: URL(fileURLWithPath: fixture.path)) == bytes)
    }

    @Test("the last writer of a WAL store still folds its log back, so that a plain copy has every row")
    func foldsBack() throws {
        let fixture = try StoreFixture()
        try fixture.sqlite3("PRAGMA journal_mode = wal;")
        let store = SQLiteUserStore(path: fixture.path)
        store.refresh()
        let writer = try OpenSQLite(fixture.path)
        writer.run("INSERT INTO users (username, password_hash) VALUES ('bob', 'PLACEHOLDER');")
        store.refresh()
        #expect(try store.current().users.count == 1)
        writer.close()
        #expect(try fixture.filesBeside == ["users.db"])
        store.refresh()
        #expect(try store.current().users.count == 1)
    }

    @Test(
        "a user without rights to the directory can read, in either mode and whoever is writing",
        .enabled(if: geteuid() == 0),
        arguments: ["delete", "wal"]
    )
    func unprivileged(mode: String) throws {
        let fixture = try StoreFixture()
        chmod(fixture.directory, 0o755)
        chmod(fixture.path, 0o644)
        try fixture.sqlite3("PRAGMA journal_mode = \(mode);")
        try fixture.add("'bob'")
        #expect(try users(fixture) == "bob active", "nobody has it open")

        let writer = try OpenSQLite(fixture.path)
        writer.run("UPDATE users SET is_active = 0;")
        #expect(try users(fixture) == "bob disabled", "a writer has it open")
        writer.run("BEGIN IMMEDIATE; UPDATE users SET is_active = 1;")
        #expect(try users(fixture) == "bob disabled", "a writer is in the middle")
        writer.run("COMMIT;")
        #expect(try users(fixture) == "bob active")
        writer.kill()
        #expect(try users(fixture) == "bob active", "a writer was killed")

        chmod(fixture.path, 0o600)
        #expect(throws: Program.Failed.self) { try users(fixture) }
    }

    /// The names and states that the command lists as the user `nobody`.
    private func users(_ fixture: StoreFixture) throws -> String {
        let products = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path
        let output = try Program.run(
            "/usr/bin/setpriv",
            [
                "--reuid=65534", "--regid=65534", "--clear-groups", products + "/diycloud-bridge", "user", "list",
                "--store",
                fixture.path,
            ]
        )
        return output.split(separator: "\n").dropFirst().map { line in
            let cells = line.split(separator: " ")
            return "\(cells[0]) \(cells[2])"
        }.joined(separator: ", ")
    }

    @Test("a hundred thousand users are all there, each with their own values")
    func many() throws {
        let fixture = try StoreFixture()
        try fixture.sqlite3(
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
            INSERT INTO users (username, password_hash, email, is_active)
                SELECT 'user' || i, printf('%064x', i), 'user' || i || '@example.org', i % 2 FROM n;
            INSERT INTO resource_allocations (user_id, cpu_limit, mem_limit, disk_quota)
                SELECT id, 1 + id % 7, (1 + id % 9) || 'G', CASE id % 1000 WHEN 0 THEN 'lots' ELSE '5GM' END FROM users;
            """
        )
        let snapshot = try fixture.read(.init(findingLimit: 10))
        #expect(snapshot.users.count == 100_000)
        #expect(snapshot.findingCounts == [.oddSize: 99_900, .unparsableSize: 100])
        #expect(snapshot.findings.count == 20)
        for id in 1...100_000 {
            let user = try #require(snapshot.users[UserName("user\(id)")])
            let memory = try #require(ByteCount(bytes: Int64(1 + id % 9) << 30))
            guard user.id == Int64(id), user.isActive == (id % 2 == 1), user.email == "user\(id)@example.org",
                user.quota.memory == memory,
                user.quota.cpuCores == Double(1 + id % 7)
            else { return #expect(Bool(false), "\(user)") }
        }
        #expect(snapshot.users[try UserName("user100001")] == nil)
    }
}
