import Foundation
import Identity
import Testing

@testable import UserStore

@Suite("A watched store")
struct WatchTests {
    private func isActive(_ store: SQLiteUserStore) throws -> Bool? {
        try store.current().users[UserName("bob")]?.isActive
    }

    /// What the store throws now.
    private func failure(_ store: SQLiteUserStore) -> StoreError? {
        do {
            _ = try store.current()
            return nil
        } catch {
            return error
        }
    }

    private func watched(_ mode: String = "delete") throws -> (StoreFixture, SQLiteUserStore) {
        let fixture = try StoreFixture()
        try fixture.sqlite3("PRAGMA journal_mode = \(mode);")
        try fixture.add("'bob'")
        let store = SQLiteUserStore(path: fixture.path)
        store.refresh()
        return (fixture, store)
    }

    @Test("nobody is let in before the first reading")
    func unread() throws {
        let fixture = try StoreFixture()
        #expect(failure(SQLiteUserStore(path: fixture.path)) == .notRead(path: fixture.path))
    }

    @Test(
        "a row changed by another program is seen at the next look",
        arguments: ["delete", "truncate", "persist", "memory", "wal"]
    )
    func changed(mode: String) throws {
        let (fixture, store) = try watched(mode)
        for round in 0..<40 {
            try fixture.sqlite3("UPDATE users SET is_active = \(round % 2);")
            store.refresh()
            #expect(try isActive(store) == (round % 2 == 1))
        }
    }

    @Test("a row changed over a connection that stays open is seen at the next look", arguments: ["delete", "wal"])
    func changedOverOpenConnection(mode: String) throws {
        let (fixture, store) = try watched(mode)
        let writer = try OpenSQLite(fixture.path)
        for round in 0..<200 {
            writer.run("UPDATE users SET is_active = \(round % 2);")
            store.refresh()
            #expect(try isActive(store) == (round % 2 == 1))
        }
        writer.run("BEGIN; UPDATE users SET is_active = 0;")
        store.refresh()
        #expect(try isActive(store) == true, "what is not committed is not seen")
        writer.run("ROLLBACK;")
        writer.close()
    }

    @Test("a store that goes away, comes back, is replaced, damaged and shut is followed")
    func followed() throws {
        let (fixture, store) = try watched()
        let manager = FileManager.default
        let (path, aside) = (fixture.path, fixture.path + ".aside")
        try manager.moveItem(atPath: path, toPath: aside)
        store.refresh()
        #expect(failure(store) == .missing(path: path))
        try manager.moveItem(atPath: aside, toPath: path)
        store.refresh()
        #expect(try isActive(store) == true)

        try manager.copyItem(atPath: path, toPath: aside)
        try Program.run("/usr/bin/sqlite3", [aside], input: "UPDATE users SET is_active = 0;")
        rename(aside, path)
        store.refresh()
        #expect(try isActive(store) == false)

        try Data("garbage".utf8).write(to: URL(fileURLWithPath: path))
        store.refresh()
        #expect(failure(store) == .notADatabase(path: path))
        try manager.removeItem(atPath: path)
        try StoreInitialiser().initialise(path: path)
        store.refresh()
        #expect(try store.current().users.isEmpty)
    }

    @Test("a store behind a symbolic link is read with its log")
    func symbolicLink() throws {
        let (fixture, _) = try watched("wal")
        let link = fixture.directory + "/link.db"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: fixture.path)
        let writer = try OpenSQLite(fixture.path)
        writer.run("UPDATE users SET is_active = 0;")
        let store = SQLiteUserStore(path: link)
        store.refresh()
        #expect(try isActive(store) == false)
        writer.run("UPDATE users SET is_active = 1;")
        store.refresh()
        #expect(try isActive(store) == true)
        writer.close()
    }

    @Test("behind a lock the last snapshot counts for a while, and then nobody is let in")
    func locked() throws {
        let (fixture, _) = try watched()
        let store = SQLiteUserStore(
            path: fixture.path,
            configuration: .init(lockPatience: .seconds(5), reading: .init(busyTimeout: .milliseconds(1)))
        )
        store.refresh()
        let writer = try OpenSQLite(fixture.path)
        writer.run("BEGIN EXCLUSIVE; UPDATE users SET is_active = 0;")
        let start = ContinuousClock.Instant.now
        // The lock alone changes nothing in the file: the reader has no reason to read.
        utimensat(AT_FDCWD, fixture.path, nil, 0)
        store.refresh(now: start)
        #expect(try isActive(store) == true)
        store.refresh(now: start + .seconds(4))
        #expect(try isActive(store) == true)
        store.refresh(now: start + .seconds(5))
        #expect(failure(store) == .busy(path: fixture.path))
        writer.run("COMMIT;")
        store.refresh(now: start + .seconds(6))
        #expect(try isActive(store) == false)
        writer.close()
    }

    @Test(
        "a writer that dies in the middle shuts the store until somebody has cleaned up, and nothing half-done is seen"
    )
    func hotJournal() throws {
        let (fixture, store) = try watched()
        let writer = try OpenSQLite(fixture.path)
        // A cache of one page makes the transaction spill into the file before it is committed.
        writer.run(
            """
            PRAGMA cache_size = 1; BEGIN; UPDATE users SET is_active = 0;
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
            INSERT INTO users (username, password_hash) SELECT 'user' || i, 'PLACEHOLDER' FROM n;
            """
        )
        writer.kill()
        #expect(try fixture.filesBeside.contains("users.db-journal"))
        store.refresh()
        guard case .unreadable(_, let reason) = failure(store) else { return #expect(Bool(false)) }
        #expect(reason.contains("died while it was writing"))
        try fixture.sqlite3("SELECT count(*) FROM users;")
        store.refresh(now: .now + .seconds(2))
        #expect(try isActive(store) == true && store.current().users.count == 1)
    }

    @Test("a log that a killed writer left behind is read, without touching it")
    func leftLog() throws {
        let (fixture, store) = try watched("wal")
        let writer = try OpenSQLite(fixture.path)
        writer.run("UPDATE users SET is_active = 0;")
        writer.kill()
        let before = try fixture.filesBeside
        store.refresh()
        #expect(try isActive(store) == false)
        #expect(try fixture.filesBeside == before)
        unlink(fixture.path + "-shm")
        store.refresh()
        guard case .unreadable(_, let reason) = failure(store) else { return #expect(Bool(false)) }
        #expect(reason.contains("wal_checkpoint"))
        #expect(try !fixture.filesBeside.contains("users.db-shm"))
    }

    @Test("changes come as elements while the store is watched, and the watch ends with its task")
    func stream() async throws {
        let (fixture, store) = try watched()
        var changes = store.changes.makeAsyncIterator()
        let watching = Task { await store.run() }
        try fixture.sqlite3("UPDATE users SET is_active = 0;")
        await changes.next()
        #expect(try isActive(store) == false)
        unlink(fixture.path)
        await changes.next()
        #expect(failure(store) == .missing(path: fixture.path))
        watching.cancel()
        await watching.value
    }
}
