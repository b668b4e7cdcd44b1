import BridgeDatabase
import GRDB
import Identity
import TestSupport
import Testing

@testable import Regulation

@Suite("Regulation of sign-ins")
struct RegulatorTests {
    let directory: TemporaryDirectory
    let database: BridgeDatabase
    let now: Int64 = 1_800_000_000

    init() throws {
        directory = try TemporaryDirectory()
        database = try BridgeDatabase.open(path: directory.path("bridge.db"))
    }

    private func regulator(_ configuration: Regulator.Configuration = .init()) -> Regulator {
        Regulator(database: database, configuration: configuration)
    }

    private func address(_ text: String) throws -> ClientAddress { try #require(ClientAddress(text)) }

    /// Tries wrong passwords.
    /// - Returns: how many could be tried.
    @discardableResult
    private func guess(
        _ times: Int,
        _ account: String,
        _ client: String,
        at time: Int64? = nil,
        _ regulator: Regulator? = nil
    ) async throws -> Int {
        let regulator = regulator ?? self.regulator()
        var tried = 0
        for _ in 0..<times {
            guard
                case .admitted(let ticket) =
                    try await regulator.admit(account: account, client: address(client), now: time ?? now)
            else { continue }
            regulator.failed(ticket)
            tried += 1
        }
        return tried
    }

    private func signIn(_ account: String, _ client: String, at time: Int64? = nil) async throws -> Bool {
        let regulator = regulator()
        guard
            case .admitted(let ticket) =
                try await regulator.admit(account: account, client: address(client), now: time ?? now)
        else { return false }
        try await regulator.succeeded(ticket, now: time ?? now)
        return true
    }

    private func rows(_ table: String = "regulation_buckets") async throws -> Int {
        try await database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") ?? 0 }
    }

    @Test("a hundred guesses at once are five guesses")
    func parallelGuesses() async throws {
        let regulator = regulator()
        let client = try address("192.0.2.1")
        let now = now
        let admitted = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    if case .admitted = try await regulator.admit(account: "alice", client: client, now: now) {
                        return true
                    }
                    return false
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(admitted == 5)
    }

    @Test("the sixth guess waits out the ban, and attempts meanwhile do not prolong it")
    func banEnds() async throws {
        #expect(try await guess(6, "alice", "192.0.2.1") == 5)
        #expect(try await guess(20, "alice", "192.0.2.1", at: now + 599) == 0)
        #expect(try await signIn("alice", "192.0.2.1", at: now + 599) == false)
        #expect(try await guess(10, "alice", "192.0.2.1", at: now + 600) == 5)
    }

    @Test("failures that are older than the window are forgotten")
    func windowEnds() async throws {
        try await guess(4, "alice", "192.0.2.1")
        #expect(try await guess(4, "alice", "192.0.2.1", at: now + 600) == 4)
        #expect(try await signIn("alice", "192.0.2.1", at: now + 600))
    }

    @Test("a person who mistypes and then gets it right begins anew")
    func successClears() async throws {
        for _ in 0..<10 {
            try await guess(4, "alice", "192.0.2.1")
            #expect(try await signIn("alice", "192.0.2.1"))
        }
        #expect(try await regulator().list(now: now).filter { $0.kind == .pair }.isEmpty)
    }

    @Test("300 bogus names from one address stop that address only, and rows stay few")
    func flood() async throws {
        var tried = 0
        for number in 0..<300 { tried += try await guess(1, "bogus\(number)", "192.0.2.66") }
        #expect(tried == 50)
        #expect(try await guess(1, "carol", "192.0.2.66") == 0, "spraying goes on under another name")
        #expect(try await signIn("carol", "198.51.100.7"))
        #expect(try await rows() <= 50 * 2 + 1)
    }

    @Test("one password against a thousand users is a ban of the network, and a /64 is one network")
    func spraying() async throws {
        var tried = 0
        for number in 0..<200 { tried += try await guess(1, "user\(number)", "2001:db8:1:2:\(number)::1") }
        #expect(tried == 50)
        #expect(try await guess(1, "alice", "2001:db8:1:2:ffff:ffff:ffff:ffff") == 0)
        #expect(try await guess(1, "alice", "2001:db8:1:3::1") == 1)
    }

    @Test("an attack on carol from everywhere does not lock her out where she has signed in before")
    func knownPair() async throws {
        #expect(try await signIn("carol", "198.51.100.7"))
        var tried = 0
        for number in 0..<60 { tried += try await guess(5, "carol", "10.0.0.\(number)") }
        #expect(tried == 100)
        #expect(try await signIn("carol", "198.51.100.7"))
        #expect(try await signIn("carol", "203.0.113.9") == false, "a new place waits")
        #expect(try await signIn("carol", "203.0.113.9", at: now + 600), "not for ever")
    }

    @Test("people behind one address who signed in before are not held up by a flood from it")
    func sharedAddress() async throws {
        #expect(try await signIn("carol", "192.0.2.66"))
        for number in 0..<100 { try await guess(1, "bogus\(number)", "192.0.2.66") }
        #expect(try await signIn("carol", "192.0.2.66"))
        #expect(try await guess(10, "carol", "192.0.2.66") == 5, "but her account is guarded there too")
    }

    @Test("a known place is forgotten after a month")
    func knownEnds() async throws {
        #expect(try await signIn("carol", "192.0.2.66"))
        let later = now + 30 * 86400
        for number in 0..<50 { try await guess(1, "bogus\(number)", "192.0.2.66", at: later) }
        #expect(try await signIn("carol", "192.0.2.66", at: later) == false)
    }

    @Test("an attacker with an account of their own cannot wash their address clean with it")
    func washing() async throws {
        var tried = 0
        for number in 0..<200 {
            tried += try await guess(1, "victim\(number)", "192.0.2.66")
            _ = try await signIn("mallory", "192.0.2.66")
        }
        #expect(tried == 50)
    }

    @Test("bans survive a restart")
    func restart() async throws {
        try await guess(5, "alice", "192.0.2.1")
        let again = Regulator(database: try BridgeDatabase.open(path: database.path))
        #expect(try await guess(5, "alice", "192.0.2.1", again) == 0)
    }

    @Test("when PAM does not answer, nobody is counted for it")
    func abandoned() async throws {
        let regulator = regulator()
        for _ in 0..<60 {
            guard
                case .admitted(let ticket) =
                    try await regulator.admit(account: "alice", client: address("192.0.2.1"), now: now)
            else {
                Issue.record("banned without a failure")
                return
            }
            try await regulator.abandoned(ticket, now: now)
        }
        #expect(try await rows() == 0)
    }

    @Test("a refund goes to the window that was charged, once, and lifts a ban that it undoes")
    func refunds() async throws {
        let regulator = regulator()
        let client = try address("192.0.2.1")
        try await guess(4, "alice", "192.0.2.1")
        guard case .admitted(let ticket) = try await regulator.admit(account: "alice", client: client, now: now) else {
            Issue.record("the fifth attempt is free")
            return
        }
        #expect(ticket.filled == [.pair])
        #expect(try await guess(1, "alice", "192.0.2.1") == 0)
        try await regulator.abandoned(ticket, now: now)
        try await regulator.abandoned(ticket, now: now)
        try await regulator.succeeded(ticket, now: now)
        #expect(try await guess(3, "alice", "192.0.2.1") == 1)

        guard case .admitted(let late) = try await regulator.admit(account: "bob", client: client, now: now) else {
            Issue.record("bob's first attempt is free")
            return
        }
        try await guess(2, "bob", "192.0.2.1", at: now + 700)
        try await regulator.abandoned(late, now: now + 700)
        let bob = try await regulator.list(now: now + 700).first { $0.kind == .pair && $0.account == "bob" }
        #expect(bob?.attempts == 2)
    }

    @Test("an attempt that is never settled counts as failed")
    func unsettled() async throws {
        let regulator = regulator()
        for _ in 0..<5 { _ = try await regulator.admit(account: "alice", client: address("192.0.2.1"), now: now) }
        #expect(try await guess(1, "alice", "192.0.2.1") == 0)
    }

    @Test("a clock that is set back gives nobody an everlasting ban's worth of old counts")
    func clockSetBack() async throws {
        try await guess(4, "alice", "192.0.2.1", at: now + 1_000_000)
        #expect(try await guess(5, "alice", "192.0.2.1", at: now) == 5)
    }

    @Test("rows are capped, and bans are the last to go")
    func capped() async throws {
        let configuration = Regulator.Configuration(maximumBuckets: 40, maximumKnown: 10)
        let small = regulator(configuration)
        try await guess(5, "alice", "192.0.2.1", small)
        for number in 0..<400 { try await guess(1, "bogus\(number)", "2001:db8:\(number)::1", small) }
        for number in 0..<30 { #expect(try await signIn("user\(number)", "198.51.100.1", at: now + Int64(number))) }
        try await small.purge(now: now + 30)
        #expect(try await rows() == 40)
        #expect(try await rows("regulation_known") == 10)
        #expect(try await guess(1, "alice", "192.0.2.1", small) == 0)
        try await small.purge(now: now + 2000)
        #expect(try await rows() == 0)
    }

    @Test("an administrator sees the counts and lifts a pair, an account or a network")
    func administration() async throws {
        let regulator = regulator()
        try await guess(5, "alice", "192.0.2.1")
        try await guess(2, "bob", "192.0.2.1")
        let list = try await regulator.list(now: now)
        #expect(list.first?.kind == .pair)
        #expect(list.first?.account == "alice")
        #expect(list.first?.bannedUntil == now + 600)
        #expect(list.count == 5)
        #expect(try await regulator.lift(account: nil, client: nil) == 0)
        #expect(try await regulator.lift(account: "alice", client: address("192.0.2.1")) == 1)
        #expect(try await signIn("alice", "192.0.2.1"))
        #expect(try await regulator.lift(account: "bob", client: nil) == 2)
        #expect(try await regulator.lift(account: nil, client: address("192.0.2.1")) == 1)
        #expect(try await regulator.list(now: now).map(\.account) == ["alice"], "the count over all networks stays")
    }

    @Test("every spelling of an account is one account")
    func spellings() async throws {
        var tried = 0
        for typed in ["alice", "Alice", "ALICE", " alice ", "alice@example.com", "ａlice", "alice\0", "aLICE"] {
            tried += try await guess(1, SignInName(typed: typed).regulationKey, "192.0.2.1")
        }
        #expect(tried == 5)
    }
}
