import Identity
import Synchronization
import Testing

@testable import PortainerSignIn

@Suite("People's tokens for Portainer")
struct PortainerTokensTests {
    private let clock = ManualClock()
    private let mint: ScriptedMint
    private let tokens: PortainerTokens<ManualClock>
    private let reports = Reports()

    private final class Reports: Sendable {
        let all = Mutex<[MintReport]>([])
    }

    init() {
        let provider = OAuthProvider(clock: clock)
        mint = ScriptedMint(provider: provider, clock: clock)
        tokens = PortainerTokens(mint: mint, provider: provider, clock: clock) { [reports] report in
            reports.all.withLock { $0.append(report) }
        }
    }

    private func person(_ name: String, _ role: Role = .user) throws -> Principal {
        Principal(name: try UserName(name), role: role, email: nil)
    }

    private func value(_ answer: PortainerTokens<ManualClock>.Answer) -> String? {
        if case .token(let token) = answer { token.value } else { nil }
    }

    /// Until something has happened in other tasks; they need no time of the clock for it.
    private func until(_ condition: () async -> Bool) async throws {
        for _ in 0..<3_000 {
            if await condition() { return }
            try await Task.sleep(for: .milliseconds(1))
        }
        Issue.record("it does not happen")
    }

    @Test("a token is minted once and handed out until four fifths of its life, then renewed behind the scenes")
    func renewal() async throws {
        let alice = try person("alice")
        let first = try #require(value(await tokens.token(for: alice)))
        clock.advance(by: .seconds(28_800 * 0.79))
        #expect(value(await tokens.token(for: alice)) == first)
        #expect(mint.calls.count == 1)
        clock.advance(by: .seconds(28_800 * 0.02))
        #expect(value(await tokens.token(for: alice)) == first)
        try await until { value(await tokens.token(for: alice)) != first }
        #expect(mint.calls.count == 2)
        #expect(reports.all.withLock { $0 } == [.minted(alice.name), .minted(alice.name)])
    }

    @Test("a token that cannot be renewed is handed out while it is good, and not a second longer")
    func expiry() async throws {
        let alice = try person("alice")
        mint.state.withLock { $0.lifetime = 600 }
        let first = try #require(value(await tokens.token(for: alice)))
        mint.state.withLock { $0.failure = .unreachable("test") }
        clock.advance(by: .seconds(569))
        #expect(value(await tokens.token(for: alice)) == first)
        clock.advance(by: .seconds(2))
        #expect(await tokens.token(for: alice) == .absent(.away))
    }

    @Test("a hundred callers at once cause one mint and get the same token")
    func oneMint() async throws {
        let alice = try person("alice")
        let values = await withTaskGroup(of: String?.self) { group in
            for _ in 0..<100 { group.addTask { value(await tokens.token(for: alice)) } }
            return await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(values.count == 1 && values.first != .some(nil))
        #expect(mint.calls.count == 1)
    }

    @Test("however many people come, Portainer's rate limiter never has to ban", arguments: [50, 300])
    func pace(step: Int) async throws {
        let people = try (0..<40).map { try person("p\($0)") }
        for person in people { Task { _ = await tokens.token(for: person) } }
        for _ in 0..<2_000 where mint.calls.count < people.count {
            clock.advance(by: .milliseconds(step))
            try await Task.sleep(for: .milliseconds(4))
        }
        #expect(mint.calls.count == people.count)
        var left = 10.0
        var last = ManualClock.Instant(offset: .zero)
        var lowest = left
        for call in mint.calls {
            left = min(10, left + last.duration(to: call) / .seconds(1)) - 1
            last = call
            lowest = min(lowest, left)
        }
        // Two are left for others.
        #expect(lowest >= 2)
    }

    @Test("a machine that has slept for an hour does not catch up at once")
    func asleep() async throws {
        let people = try (0..<40).map { try person("p\($0)") }
        for person in people { Task { _ = await tokens.token(for: person) } }
        try await until { mint.calls.count == 2 && clock.sleepers > 0 }
        clock.advance(by: .seconds(3600))
        try await until { mint.calls.count >= 7 }
        try await Task.sleep(for: .milliseconds(50))
        #expect(mint.calls.count <= 8)
    }

    @Test("who waits too long is sent away, and finds the token that was made meanwhile")
    func patience() async throws {
        let alice = try person("alice")
        mint.hold()
        async let answer = tokens.token(for: alice)
        try await until { mint.calls.count == 1 && clock.sleepers == 1 }
        clock.advance(by: .seconds(31))
        #expect(await answer == .absent(.starting))
        mint.letGo()
        try await until { await tokens.names.contains(alice.name) }
        #expect(value(await tokens.token(for: alice)) != nil)
        #expect(mint.calls.count == 1)
    }

    @Test("a token that Portainer refuses is replaced once, however many requests say so")
    func refused() async throws {
        let alice = try person("alice")
        let first = try #require(value(await tokens.token(for: alice)))
        let second = try #require(value(await tokens.token(for: alice, refused: first)))
        #expect(second != first)
        #expect(value(await tokens.token(for: alice, refused: first)) == second)
        #expect(value(await tokens.token(for: alice, refused: "something else")) == second)
        #expect(mint.calls.count == 2)
    }

    @Test("a new token that is refused as well is replaced only after a pause")
    func refusedAgain() async throws {
        let alice = try person("alice")
        let first = try #require(value(await tokens.token(for: alice)))
        let second = try #require(value(await tokens.token(for: alice, refused: first)))
        async let third = tokens.token(for: alice, refused: second)
        try await until { clock.sleepers == 2 }
        #expect(mint.calls.count == 2)
        clock.advance(by: .seconds(3))
        #expect(value(await third) != nil)
    }

    @Test("another role, or being switched off, throws the token away")
    func dropped() async throws {
        let first = value(await tokens.token(for: try person("alice")))
        let second = value(await tokens.token(for: try person("alice", .admin)))
        #expect(second != nil && second != first)
        await tokens.drop(try UserName("alice"))
        #expect(await tokens.names.isEmpty)
        clock.advance(by: .seconds(10))
        #expect(value(await tokens.token(for: try person("alice", .admin))) != second)
    }

    @Test("a token that is made while somebody is switched off is given to nobody")
    func droppedMeanwhile() async throws {
        let alice = try person("alice")
        mint.hold()
        async let answer = tokens.token(for: alice)
        try await until { mint.calls.count == 1 && clock.sleepers == 1 }
        await tokens.drop(alice.name)
        #expect(await answer == .absent(.starting))
        mint.letGo()
        try await until { mint.state.withLock { $0.held == nil } }
        #expect(await tokens.names.isEmpty)
    }

    @Test("an administrator's token is for administrators of the user store only")
    func role() async throws {
        mint.state.withLock { $0.role = 1 }
        #expect(await tokens.token(for: try person("alice")) == .absent(.starting))
        #expect(value(await tokens.token(for: try person("ada", .admin))) != nil)
    }

    @Test("a token that names somebody else is given to nobody")
    func name() async throws {
        mint.state.withLock { $0.name = "admin" }
        #expect(await tokens.token(for: try person("alice", .admin)) == .absent(.away))
    }

    @Test(
        "each failure is told in its word, and not tried again at once",
        arguments: [
            (MintFailure.unreachable("x"), PortainerAbsence.away), (.noAccount, .noAccount), (.notSetUp, .starting),
            (.banned, .away), (.exchangeFailed, .away), (.notInitialized, .away), (.unexpected("x"), .away),
        ]
    )
    func failures(failure: MintFailure, absence: PortainerAbsence) async throws {
        let alice = try person("alice")
        mint.state.withLock { $0.failure = failure }
        for _ in 0..<5 { #expect(await tokens.token(for: alice) == .absent(absence)) }
        #expect(mint.calls.count == 1)
        #expect(reports.all.withLock { $0.count } == 1)
        mint.state.withLock { $0.failure = nil }
        clock.advance(by: failure.pause)
        #expect(value(await tokens.token(for: alice)) != nil)
    }

    @Test("nothing of it prints a token")
    func secret() async throws {
        guard case .token(let token) = await tokens.token(for: try person("alice")) else {
            Issue.record("no token")
            return
        }
        var dumped = "\(token)"
        dump(token, to: &dumped)
        #expect(!dumped.contains("eyJ"))
    }
}
