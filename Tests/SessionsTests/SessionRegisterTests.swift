import Foundation
import GRDB
import Identity
import Testing

@testable import Sessions

@Suite("The session register")
struct SessionRegisterTests {
    let house: House
    let start = House.start

    init() throws { house = try House() }

    @Test("a session survives a restart, its token is the same")
    func restart() async throws {
        let (token, session) = try await house.register().open("alice")
        let later = try await house.register(now: start + 60)
        let found = try #require(await later.session(digest: token.digest))
        #expect(found.id == session.id)
        #expect(found.principal == session.principal)
        #expect(found.isValid(now: start + 60))
        #expect(found.client.description == "192.0.2.7")
        #expect(found.linuxAccount)
    }

    @Test("no byte of the database is the token, only its digest is there")
    func onlyDigests() async throws {
        let register = try await house.register()
        let assertions = AssertionStore(database: house.database)
        var secrets: [String] = []
        for _ in 0..<5 {
            let (token, session) = try await register.open("alice")
            secrets.append(token.cookieValue)
            let service = try #require(ServiceName("jupyterhub"))
            secrets.append(try await assertions.issue(session: session.id, audience: service, state: "s", now: start))
        }
        try await register.flush()
        var bytes = Data()
        for name in ["bridge.db", "bridge.db-wal"] {
            bytes += try Data(contentsOf: URL(fileURLWithPath: house.directory.path(name)))
        }
        #expect(bytes.contains(Data(SessionToken.digestBytes(of: secrets[0]))))
        for secret in secrets {
            #expect(!bytes.contains(Data(secret.utf8)))
            #expect(!bytes.contains(Data(try #require(Base64URL.decode(secret)))))
        }
    }

    @Test("it ends by idleness, by age, and never comes back")
    func limits() async throws {
        let register = try await house.register(.init(idle: 100, lifetime: 250))
        let idle = try await register.open("alice").session
        let busy = try await register.open("bob").session
        busy.touch(now: start + 99)
        #expect(idle.isValid(now: start + 99))
        #expect(!idle.isValid(now: start + 100))
        #expect(busy.isValid(now: start + 198))
        busy.touch(now: start + 198)
        busy.touch(now: start + 249)
        #expect(busy.isValid(now: start + 249))
        #expect(!busy.isValid(now: start + 250))
        try await register.sweep(now: start + 100)
        #expect(await register.all().map(\.id) == [busy.id])
        try await register.sweep(now: start + 250)
        #expect(await register.count == 0)
        #expect(try await SQLiteSessionStore(database: house.database).identifiers().isEmpty)
        #expect(!idle.isValid(now: start))
    }

    @Test("sessions that ran out while nothing ran are purged at the next start, and services are told")
    func expiredWhileDown() async throws {
        let session = try await house.register(.init(lifetime: 100)).open("alice").session
        let later = try await house.register(now: start + 100)
        #expect(await later.count == 0)
        #expect(try await SQLiteSessionStore(database: house.database).identifiers().isEmpty)
        #expect(try await later.revocations(after: 0).revocations.map(\.session) == [session.id])
    }

    @Test("a lifetime that was shortened in the configuration holds for sessions that exist")
    func shortenedLifetime() async throws {
        let session = try await house.register(.init(lifetime: 1000)).open("alice").session
        let later = try await house.register(.init(lifetime: 50))
        #expect(await later.session(id: session.id)?.expiresAt == start + 50)
    }

    @Test("a time of use from the past does not shorten a session")
    func touchIsMonotonic() async throws {
        let session = try await house.register().open("alice").session
        session.touch(now: start + 50)
        session.touch(now: start + 10)
        #expect(session.lastSeen.load(ordering: .relaxed) == start + 50)
    }

    @Test("idle time counts on over a restart, once it was flushed")
    func flushedLastSeen() async throws {
        let register = try await house.register(.init(idle: 100))
        let session = try await register.open("alice").session
        session.touch(now: start + 80)
        try await register.sweep(now: start + 80)
        let later = try await house.register(.init(idle: 100), now: start + 150)
        let found = try #require(await later.session(id: session.id))
        #expect(found.isValid(now: start + 179))
        #expect(!found.isValid(now: start + 180))
    }

    @Test("hundreds of sign-ins of one user leave as many sessions as are allowed, the newest")
    func cap() async throws {
        let register = try await house.register(.init(perUser: 3))
        var opened: [ActiveSession] = []
        for second in 0..<300 { opened.append(try await register.open("alice", now: start + Int64(second)).session) }
        #expect(await register.sessions(of: try UserName("alice")).map(\.id) == opened.suffix(3).map(\.id))
        #expect(opened.dropLast(3).allSatisfy { !$0.isValid(now: start) })
        #expect(try await SQLiteSessionStore(database: house.database).identifiers().count == 3)
    }

    @Test("the cap holds when sign-ins come at once")
    func concurrentCap() async throws {
        let register = try await house.register(.init(perUser: 2))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<40 { group.addTask { try await register.open("alice") } }
            try await group.waitForAll()
        }
        #expect(await register.count == 2)
        try await register.sweep(now: start + 1)
        let kept = Set(await register.all().map(\.id))
        #expect(try await SQLiteSessionStore(database: house.database).identifiers() == kept)
    }

    @Test("ending a user's sessions spares the one that is excepted and other people's")
    func endAll() async throws {
        let register = try await house.register()
        let mine = try await register.open("alice").session
        let other = try await register.open("alice").session
        let bob = try await register.open("bob").session
        let alice = try UserName("alice")
        #expect(try await register.endAll(of: alice, reason: .revoked, except: mine.id, now: start) == 1)
        #expect(mine.isValid(now: start) && bob.isValid(now: start) && !other.isValid(now: start))
        let page = try await register.revocations(after: 0)
        #expect(page.revocations.map(\.session) == [other.id])
    }

    @Test("a person cannot end another person's session, and is not told that it exists")
    func foreignEnd() async throws {
        let register = try await house.register()
        let session = try await register.open("alice").session
        #expect(try await register.end(id: session.id, of: UserName("bob"), reason: .revoked, now: start) == false)
        #expect(session.isValid(now: start))
        #expect(try await register.end(id: session.id, of: UserName("alice"), reason: .revoked, now: start))
        #expect(try await register.end(id: session.id, reason: .revoked, now: start) == false)
    }

    @Test("a session that another process revokes ends at the next sweep, with its reason")
    func otherProcess() async throws {
        let register = try await house.register()
        let witness = Witness()
        await register.addObserver(witness)
        let (_, session) = try await register.open("alice")
        let (_, kept) = try await register.open("alice")
        let other = SQLiteSessionStore(database: try house.another())
        try await other.end([session.id], reason: .passwordChanged, now: start)
        try await register.sweep(now: start)
        #expect(!session.isValid(now: start))
        #expect(kept.isValid(now: start))
        #expect(witness.ended == [session.id: .passwordChanged])
    }

    @Test("a row that sqlite3 deletes behind our back ends the session too")
    func deletedRow() async throws {
        let register = try await house.register()
        let session = try await register.open("alice").session
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/sqlite3")
        process.arguments = [house.database.path, "DELETE FROM sessions"]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        try await register.sweep(now: start)
        #expect(!session.isValid(now: start))
    }

    @Test("with a full disk a sign-out ends the session all the same, and is written down later")
    func fullDisk() async throws {
        let store = FailingStore(SQLiteSessionStore(database: house.database))
        let register = SessionRegister(store: store)
        try await register.load(now: start)
        let session = try await register.open("alice").session
        store.isFull.store(true, ordering: .relaxed)
        await #expect(throws: FailingStore.DiskFull.self) {
            try await register.end(id: session.id, reason: .signedOut, now: start)
        }
        #expect(!session.isValid(now: start))
        await #expect(throws: FailingStore.DiskFull.self) { try await register.open("alice") }
        store.isFull.store(false, ordering: .relaxed)
        try await register.sweep(now: start + 1)
        #expect(try await house.register().count == 0)
    }

    @Test("observers hear of each beginning and each end")
    func observers() async throws {
        let register = try await house.register(.init(idle: 100, perUser: 1))
        let early = try await register.open("alice").session
        let witness = Witness()
        await register.addObserver(witness)
        let late = try await register.open("alice", now: start + 1).session
        #expect(witness.opened == [early.id, late.id])
        #expect(witness.ended == [early.id: .replaced])
        try await register.sweep(now: start + 101)
        #expect(witness.ended[late.id] == .expired)
    }

    @Test("what a browser calls itself is kept short and cannot move a cursor")
    func userAgent() async throws {
        let agent = "evil\n\u{1b}[2J\u{202e}" + String(repeating: "x", count: 1000)
        let session = try await house.register().open(
            principal: House.principal("alice"),
            client: .local,
            userAgent: agent,
            linuxAccount: false,
            now: start
        ).session
        #expect(session.userAgent.hasPrefix("evil[2Jxxx"))
        #expect(session.userAgent.count <= 256)
    }
}

extension SessionToken {
    static func digestBytes(of cookieValue: String) -> [UInt8] { TokenDigest.of(cookieValue).bytes }
}
