import GRDB
import Identity
import Testing

@testable import Sessions

@Suite("Revocations")
struct RevocationTests {
    let house: House
    let start = House.start

    init() throws { house = try House() }

    @Test("switching a user off is one revocation without a session, even if they had none")
    func wholeUser() async throws {
        let register = try await house.register()
        try await register.open("alice")
        try await register.open("alice")
        try await register.endAll(of: UserName("alice"), reason: .disabled, now: start)
        try await register.endAll(of: UserName("bob"), reason: .deleted, now: start + 1)
        let page = try await register.revocations(after: 0)
        #expect(page.revocations.map(\.session) == [nil, nil])
        #expect(page.revocations.map(\.user.rawValue) == ["alice", "bob"])
        #expect(page.revocations.map(\.reason) == [.disabled, .deleted])
        #expect(page.cursor == page.revocations.last?.seq)
        #expect(page.isComplete)
    }

    @Test("a waiting reader is answered by a sign-out")
    func wokenBySignOut() async throws {
        let register = try await house.register()
        let session = try await register.open("alice").session
        let cursor = try await register.revocationCursor()
        async let page = register.waitForRevocations(after: cursor, timeout: .seconds(60))
        try await register.end(id: session.id, reason: .signedOut, now: start)
        #expect(try await page.revocations.map(\.session) == [session.id])
    }

    @Test("a waiting reader is answered by another process's revocation, once a sweep has seen it")
    func wokenBySweep() async throws {
        let register = try await house.register()
        let session = try await register.open("alice").session
        let waiting = Task { try await register.waitForRevocations(after: 0, timeout: .seconds(60)) }
        try await SQLiteSessionStore(database: try house.another()).end([session.id], reason: .revoked, now: start)
        try await register.sweep(now: start)
        #expect(try await waiting.value.revocations.map(\.session) == [session.id])
    }

    @Test("a reader who does not want to wait gets the cursor and nothing else")
    func noWait() async throws {
        let register = try await house.register()
        try await register.endAll(of: UserName("alice"), reason: .disabled, now: start)
        let cursor = try await register.revocationCursor()
        let page = try await register.waitForRevocations(after: cursor, timeout: .zero)
        #expect(page == RevocationPage(cursor: cursor, revocations: [], isComplete: true))
    }

    @Test("a reader who hangs up is let go")
    func cancelled() async throws {
        let register = try await house.register()
        let waiting = Task { try await register.waitForRevocations(after: 0, timeout: .seconds(600)) }
        waiting.cancel()
        #expect(try await waiting.value.revocations.isEmpty)
    }

    @Test("a reader who was away too long, or knows another database, is told so")
    func incomplete() async throws {
        let register = try await house.register(.init(revocationsKept: 100))
        try await register.endAll(of: UserName("alice"), reason: .disabled, now: start)
        try await register.endAll(of: UserName("bob"), reason: .disabled, now: start + 1000)
        try await register.sweep(now: start + 1000)
        #expect(try await register.revocations(after: 0).isComplete == false)
        #expect(try await register.revocations(after: 1).isComplete)
        let page = try await register.revocations(after: 99)
        #expect(!page.isComplete)
        #expect(page.cursor == 2)
    }

    @Test("numbers are never given twice, not even after everything was purged")
    func numbersRise() async throws {
        let register = try await house.register(.init(revocationsKept: 1))
        try await register.endAll(of: UserName("alice"), reason: .disabled, now: start)
        try await register.sweep(now: start + 1000)
        try await register.endAll(of: UserName("alice"), reason: .disabled, now: start + 1000)
        #expect(try await register.revocations(after: 1).revocations.map(\.seq) == [2])
    }

    @Test("more than a page is read in pages")
    func pages() async throws {
        let register = try await house.register()
        try await house.database.write { db in
            for seq in 0..<(RevocationPage.limit + 5) {
                try db.execute(
                    sql: "INSERT INTO revocations (user, reason, at) VALUES ('alice', 'disabled', ?)",
                    arguments: [seq]
                )
            }
        }
        let first = try await register.revocations(after: 0)
        #expect(first.revocations.count == RevocationPage.limit)
        #expect(try await register.revocations(after: first.cursor).revocations.count == 5)
    }
}
