import Foundation
import Identity
import Sessions
import TestSupport
import Testing

@Suite("What a change of the user store does to sessions")
struct StoreWatchTests {
    private let house: SwitchOffHouse

    init() async throws {
        house = try await SwitchOffHouse()
        house.store.refresh()
    }

    @Test("a disabled user loses every session, and the services are told of the whole user")
    func disabled() async throws {
        let sessions = [try await house.open("alice"), try await house.open("alice")]
        let other = try await house.open("bob")
        try house.change("UPDATE users SET is_active = 0 WHERE username = 'alice'")
        await house.watch.review()
        #expect(sessions.allSatisfy(house.isOver))
        #expect(!house.isOver(other))
        let news = try await house.revocations()
        #expect(news.map(\.user.rawValue) == ["alice"])
        #expect(news.first?.session == nil)
        #expect(news.first?.reason == .disabled)
    }

    @Test("a deleted user loses every session, and their password")
    func deleted() async throws {
        let first = try #require(await house.watch.review())
        let session = try await house.open("alice")
        try house.change("DELETE FROM users WHERE username = 'alice'")
        await house.watch.review(since: first)
        #expect(house.isOver(session))
        #expect(house.deleted.map(\.rawValue) == ["alice"])
        #expect(try await house.revocations().first?.reason == .deleted)
    }

    @Test("a changed role ends the session, and tells of that session alone", arguments: [Role.admin, .user])
    func role(role: Role) async throws {
        try house.change("UPDATE users SET role = '\(role == .admin ? "user" : "admin")' WHERE username = 'alice'")
        let session = try await house.open("alice", role: role == .admin ? .user : .admin)
        try house.change("UPDATE users SET role = '\(role.rawValue)' WHERE username = 'alice'")
        await house.watch.review()
        #expect(house.isOver(session))
        let news = try await house.revocations()
        #expect(news.map(\.session) == [session.id])
        #expect(news.map(\.reason) == [.roleChanged])
    }

    @Test("changes that concern nobody's rights end nothing")
    func harmless() async throws {
        let first = try #require(await house.watch.review())
        let session = try await house.open("alice")
        try house.change("UPDATE users SET email = 'alice@example.org', last_login = CURRENT_TIMESTAMP")
        try house.change("UPDATE resource_allocations SET cpu_limit = 3")
        await house.watch.review(since: first)
        #expect(!house.isOver(session))
        #expect(try await house.revocations().isEmpty)
    }

    @Test("somebody without a session who is switched off is told to the services all the same")
    func withoutSession() async throws {
        let first = try #require(await house.watch.review())
        try house.change("UPDATE users SET is_active = 0 WHERE username = 'bob'")
        let second = try #require(await house.watch.review(since: first))
        try house.change("DELETE FROM users WHERE username = 'carol'")
        await house.watch.review(since: second)
        let news = try await house.revocations()
        #expect(news.map(\.user.rawValue) == ["bob", "carol"])
        #expect(news.map(\.reason) == [.disabled, .deleted])
        #expect(news.allSatisfy { $0.session == nil })
    }

    @Test("who was disabled before and is deleted now is not told twice")
    func disabledThenDeleted() async throws {
        try house.change("UPDATE users SET is_active = 0 WHERE username = 'bob'")
        let first = try #require(await house.watch.review())
        try house.change("DELETE FROM users WHERE username = 'bob'")
        await house.watch.review(since: first)
        #expect(try await house.revocations().isEmpty)
        #expect(house.deleted.map(\.rawValue) == ["bob"])
    }

    @Test("a name that becomes ambiguous loses its session: nobody knows any more whose it is")
    func ambiguous() async throws {
        let session = try await house.open("alice")
        try house.change("INSERT INTO users (username, password_hash, is_active) VALUES ('Alice', 'x', 1)")
        await house.watch.review()
        #expect(house.isOver(session))
    }

    @Test(
        "doubtful values of is_active switch off, and never on",
        arguments: ["'no'", "'0'", "NULL", "2", "'yes please'"]
    )
    func doubtful(value: String) async throws {
        let session = try await house.open("alice")
        try house.change("UPDATE users SET is_active = \(value) WHERE username = 'alice'")
        await house.watch.review()
        #expect(house.isOver(session) == (try house.store.current().users[try UserName("alice")]?.isActive != true))
    }

    @Test("a store that cannot be read closes the gate and ends no session; it opens when the store is back")
    func gone() async throws {
        let first = try #require(await house.watch.review())
        #expect(house.gateIsOpen == true)
        let session = try await house.open("alice")
        let away = house.file.path + ".away"
        try FileManager.default.moveItem(atPath: house.file.path, toPath: away)
        house.store.refresh(now: .now + .seconds(60))
        #expect(await house.watch.review(since: first) == nil)
        #expect(house.gateIsOpen == false)
        #expect(!house.isOver(session))
        try FileManager.default.moveItem(atPath: away, toPath: house.file.path)
        house.store.refresh(now: .now + .seconds(120))
        #expect(await house.watch.review(since: first) != nil)
        #expect(house.gateIsOpen == true)
        #expect(try await house.revocations().isEmpty)
    }

    @Test(
        "damage of every kind closes the gate",
        arguments: ["", "SQLite format 3\0 and then nothing", String(repeating: "x", count: 8192)]
    )
    func damaged(content: String) async throws {
        _ = await house.watch.review()
        try Data(content.utf8).write(to: URL(fileURLWithPath: house.file.path))
        house.store.refresh(now: .now + .seconds(60))
        await house.watch.review()
        #expect(house.gateIsOpen == false)
    }

    @Test("another database in the store's place closes the gate")
    func foreign() async throws {
        _ = await house.watch.review()
        try house.change("DROP TABLE users")
        await house.watch.review()
        #expect(house.gateIsOpen == false)
    }

    @Test("while it runs, it sees what the sqlite3 program does, and the loss and the return of the file")
    func live() async throws {
        let session = try await house.open("alice")
        let idle = try await house.open("bob")
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await house.watch.run() }
            tasks.addTask { await house.store.run() }
            // The watch must listen before the first change; a store that was read before has no news for it.
            try house.file.sql("UPDATE users SET email = 'a@example.org' WHERE username = 'alice'")
            #expect(await eventually { house.gateIsOpen == true })

            try house.file.sql("UPDATE users SET is_active = 0 WHERE username = 'alice'")
            #expect(await eventually { house.isOver(session) })
            #expect(!house.isOver(idle))

            try house.file.sql("DELETE FROM users WHERE username = 'carol'")
            #expect(await eventually { house.deleted.map(\.rawValue) == ["carol"] })

            try FileManager.default.moveItem(atPath: house.file.path, toPath: house.file.path + ".away")
            #expect(await eventually { house.gateIsOpen == false })
            try FileManager.default.moveItem(atPath: house.file.path + ".away", toPath: house.file.path)
            #expect(await eventually { house.gateIsOpen == true })
            tasks.cancelAll()
        }
    }
}
