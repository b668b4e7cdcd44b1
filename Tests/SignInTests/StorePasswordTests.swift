import Identity
import Regulation
import SignIn
import TestSupport
import Testing

@Suite("Signing in with a store password")
struct StorePasswordTests {
    @Test("the platform's hash lets a person in once, and from then on the salted one counts")
    func legacyOnce() async throws {
        let house = try SignInHouse()
        try house.file.add("alice", role: .admin, email: "alice@example.org", password: "correct horse")
        house.refresh()

        guard case .accepted(let signedIn) = await house.begin("alice", "correct horse") else {
            Issue.record("another answer was expected")
            return
        }
        #expect(signedIn.principal == Principal(name: try UserName("alice"), role: .admin, email: "alice@example.org"))
        #expect(!signedIn.linuxAccount)
        let hash = try #require(try await house.credentials.hash(of: try UserName("alice")))
        #expect(hash.hasPrefix("$y$") || hash.hasPrefix("$6$"))

        // The unsalted hash is of no further use: with another salted one its password is wrong.
        try await house.credentials.set(
            "another one",
            for: try UserName("alice"),
            superseding: StoreFile.legacyHash(of: "correct horse"),
            now: 1
        )
        #expect(await house.begin("alice", "correct horse").isRefused)
        #expect(await house.begin("alice", "another one").isAccepted)
    }

    @Test(
        "every spelling of a name is the one account",
        arguments: ["alice", "Alice", "ALICE", " alice ", "\talice\n"]
    )
    func spellings(typed: String) async throws {
        let house = try SignInHouse()
        try house.file.add("alice", password: "correct horse")
        house.refresh()
        guard case .accepted(let signedIn) = await house.begin(typed, "correct horse") else {
            Issue.record("another answer was expected")
            return
        }
        #expect(signedIn.principal.name.rawValue == "alice")
    }

    @Test(
        "passwords that everybody knows, placeholders and strange hashes let nobody in",
        arguments: [
            (StoreFile.legacyHash(of: "adminpassword"), "adminpassword"),
            (StoreFile.legacyHash(of: "PLACEHOLDER"), "PLACEHOLDER"), ("PLACEHOLDER", "PLACEHOLDER"), ("!", "!"),
            ("", "x"), (StoreFile.legacyHash(of: "secret word").uppercased(), "secret word"),
        ]
    )
    func worthless(hash: String, password: String) async throws {
        let house = try SignInHouse()
        try house.file.add("alice")
        try house.file.setHash(hash, of: "alice")
        house.refresh()
        #expect(await house.begin("alice", password).isRefused)
    }

    @Test(
        "an impossible password is refused and counted",
        arguments: ["", "correct\0horse", String(repeating: "x", count: 512), String(repeating: "x", count: 100_000)]
    )
    func impossible(password: String) async throws {
        let house = try SignInHouse()
        try house.file.add("alice", password: "correct horse")
        house.refresh()
        #expect(await house.begin("alice", password).isRefused)
        #expect(try house.reasons() == ["impossible-password"])
    }

    @Test("a user who is disabled between two attempts is refused at the second")
    func disabled() async throws {
        let house = try SignInHouse()
        try house.file.add("alice", password: "correct horse")
        house.refresh()
        #expect(await house.begin("alice", "correct horse").isAccepted)
        try house.file.sql("UPDATE users SET is_active = 0")
        house.refresh()
        #expect(await house.begin("alice", "correct horse").isRefused)
        #expect(try house.reasons() == ["disabled"])
    }

    @Test("the right password during a ban gets the same answer, and works again once the ban is lifted")
    func banned() async throws {
        let house = try SignInHouse(regulation: .init(pairLimit: 3))
        try house.file.add("alice", password: "correct horse")
        house.refresh()
        for _ in 0..<3 { #expect(await house.begin("alice", "wrong").isRefused) }
        #expect(await house.begin("ALICE", "correct horse").isRefused)
        #expect(try house.reasons().last == "banned")
        #expect(await house.begin("alice", "correct horse", from: "198.51.100.1").isAccepted)
        _ = try await house.regulator.lift(account: "alice", client: nil)
        #expect(await house.begin("alice", "correct horse").isAccepted)
    }

    @Test("a hundred guesses at once are not more guesses than the limit")
    func parallel() async throws {
        let house = try SignInHouse(regulation: .init(pairLimit: 5, clientLimit: 1000, accountLimit: 1000))
        try house.file.add("alice", password: "correct horse")
        house.refresh()
        await withTaskGroup(of: Bool.self) { group in
            for guess in 0..<100 { group.addTask { await house.begin("alice", "guess \(guess)").isRefused } }
            for await refused in group { #expect(refused) }
        }
        let reasons = try house.reasons()
        #expect(reasons.count { $0 == "wrong-password" } == 5)
        #expect(reasons.count { $0 == "banned" } == 95)
        #expect(await house.begin("alice", "correct horse").isRefused)
    }

    @Test("made-up names from one place lock out that place and nobody else")
    func flood() async throws {
        let house = try SignInHouse(regulation: .init(clientLimit: 10))
        try house.file.add("carol", password: "correct horse")
        house.refresh()
        for number in 0..<30 { #expect(await house.begin("nobody-\(number)", "x").isRefused) }
        #expect(await house.begin("carol", "correct horse").isRefused)
        #expect(await house.begin("carol", "correct horse", from: "198.51.100.1").isAccepted)
    }

    @Test("without a store nobody is judged: unavailable, and nothing is counted")
    func storeAway() async throws {
        let house = try SignInHouse(regulation: .init(pairLimit: 2))
        try house.file.add("alice", password: "correct horse")
        for _ in 0..<5 { #expect(await house.begin("alice", "correct horse").isUnavailable) }
        house.refresh()
        #expect(await house.begin("alice", "correct horse").isAccepted)
    }

    @Test("the audit log says why, and never what was typed as a password")
    func audit() async throws {
        let house = try SignInHouse()
        try house.file.add("alice", password: "correct horse")
        house.refresh()
        for name in ["alice", "bob", "root", "x\nfail: root", "\u{202E}evil"] {
            _ = await house.begin(name, "hunter2-secret")
        }
        let log = try house.auditLog()
        #expect(!log.contains("hunter2"))
        #expect(log.split(separator: "\n").count == 5)
        #expect(log.split(separator: "\n").allSatisfy { $0.hasPrefix("{\"time\"") && $0.hasSuffix("}") })
        #expect(
            try house.reasons() == ["wrong-password", "unknown-user", "system-name", "no-user-name", "no-user-name"]
        )
    }
}
