import BridgeDatabase
import GRDB
import Identity
import Testing

@testable import Sessions

@Suite("Tokens, assertions and form proofs")
struct SecretTests {
    let house: House
    let start = House.start

    init() throws { house = try House() }

    @Test("a token is 43 characters of base64url, and never the same")
    func tokens() {
        let values = (0..<500).map { _ in SessionToken.random().cookieValue }
        #expect(Set(values).count == 500)
        for value in values {
            #expect(value.utf8.count == 43)
            #expect(SessionToken(cookieValue: value.utf8)?.digest == TokenDigest.of(value))
        }
    }

    @Test(
        "what is no token is refused whatever it is",
        arguments: [
            "", "a", String(repeating: "a", count: 42), String(repeating: "a", count: 44),
            String(repeating: "=", count: 43), String(repeating: "a", count: 42) + "\0",
            String(repeating: "a", count: 41) + "é",
        ]
    )
    func noTokens(text: String) {
        #expect(SessionToken(cookieValue: text.utf8) == nil)
    }

    @Test("the digest is SHA-256 (the vector of FIPS 180-4 for \"abc\")")
    func digestVector() {
        let expected: [UInt8] = [
            0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03,
            0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad,
        ]
        #expect(TokenDigest.of("abc").bytes == expected)
        #expect(TokenDigest(bytes: expected) == TokenDigest.of("abc"))
        #expect(TokenDigest(bytes: [1, 2, 3]) == nil)
    }

    @Test("secrets do not print themselves")
    func secretsAreSilent() {
        let token = SessionToken.random()
        #expect(!"\(token) \(String(reflecting: token))".contains(token.cookieValue))
        var dumped = ""
        dump(token, to: &dumped)
        #expect(!dumped.contains(token.cookieValue))
    }

    @Test("base64url gives back what it was given, and takes one spelling only")
    func base64() {
        for length in 0..<70 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255) }
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        }
        #expect(Base64URL.decode("AB") == nil, "bits beyond the last byte")
        #expect(Base64URL.decode("A") == nil)
        #expect(Base64URL.decode("A+") == nil)
    }

    @Test("an assertion is good once, for its audience, with its state, for thirty seconds")
    func assertions() async throws {
        let store = AssertionStore(database: house.database)
        let hub = try #require(ServiceName("jupyterhub"))
        let portainer = try #require(ServiceName("portainer"))
        let session = SessionID.random()
        func issue() async throws -> String {
            try await store.issue(session: session, audience: hub, state: "state", now: start)
        }
        let good = try await issue()
        #expect(try await store.redeem(good, audience: hub, state: "state", now: start + 29) == session)
        #expect(try await store.redeem(good, audience: hub, state: "state", now: start + 29) == nil)
        let wrongAttempts: [(ServiceName, String, Int64)] = [
            (portainer, "state", start), (hub, "other", start), (hub, "", start), (hub, "state", start + 30),
        ]
        for (audience, state, now) in wrongAttempts {
            let text = try await issue()
            #expect(try await store.redeem(text, audience: audience, state: state, now: now) == nil)
            #expect(try await store.redeem(text, audience: hub, state: "state", now: start) == nil, "burnt")
        }
        #expect(try await store.redeem("rubbish", audience: hub, state: "state", now: start) == nil)
    }

    @Test("only one of many who redeem the same assertion at once gets it")
    func assertionRace() async throws {
        let store = AssertionStore(database: house.database)
        let hub = try #require(ServiceName("jupyterhub"))
        let text = try await store.issue(session: .random(), audience: hub, state: "s", now: start)
        let winners = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<30 {
                group.addTask { try await store.redeem(text, audience: hub, state: "s", now: House.start) != nil }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(winners == 1)
    }

    @Test("a session cannot fill the table with assertions, and old ones go")
    func assertionsAreBounded() async throws {
        let store = AssertionStore(database: house.database)
        let hub = try #require(ServiceName("jupyterhub"))
        let session = SessionID.random()
        for _ in 0..<60 { _ = try await store.issue(session: session, audience: hub, state: "s", now: start) }
        #expect(try await count() == AssertionStore.perSession)
        _ = try await store.issue(session: .random(), audience: hub, state: "s", now: start + 30)
        #expect(try await count() == 1)
    }

    private func count() async throws -> Int {
        try await house.database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM assertions") ?? 0 }
    }

    @Test("a form's proof is good for that form, that browser and this server only")
    func forms() async throws {
        let key = try await ServerKey.load(from: house.database, now: start)
        let same = try await ServerKey.load(from: try house.another(), now: start + 1)
        let session = SessionID.random()
        let token = CSRFToken.make(form: "logout", binding: .session(session), key: key)
        #expect(token.utf8.count == 43)
        #expect(CSRFToken.isValid(token, form: "logout", binding: .session(session), key: same))
        #expect(!CSRFToken.isValid(token, form: "login", binding: .session(session), key: key))
        #expect(!CSRFToken.isValid(token, form: "logout", binding: .session(.random()), key: key))
        #expect(!CSRFToken.isValid(token, form: "logout", binding: .beforeSignIn(cookie: session.rawValue), key: key))
        #expect(!CSRFToken.isValid("", form: "logout", binding: .session(session), key: key))
        #expect(!CSRFToken.isValid(token + "A", form: "logout", binding: .session(session), key: key))
        let stranger = ServerKey(secret: [UInt8](repeating: 0, count: 32))
        #expect(!CSRFToken.isValid(token, form: "logout", binding: .session(session), key: stranger))
        #expect(!"\(key)".contains("Symmetric"))
    }

    @Test(
        "a session's public name is taken only in its one spelling",
        arguments: ["", "-rf", "ABCDEFABCDEFABCDEFABCDEF"]
    )
    func sessionIDs(text: String) {
        #expect(SessionID(text) == nil)
        let id = SessionID.random()
        #expect(SessionID(id.rawValue) == id)
    }
}
