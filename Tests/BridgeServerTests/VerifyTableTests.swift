import Identity
import NIOPosix
import Testing

@testable import BridgeServer
@testable import Sessions

@Suite("What an event loop knows of who is signed in")
struct VerifyTableTests {
    private let bench = VerifyBench()

    @Test("each role passes to its services, and to no other")
    func roles() throws {
        let alice = try bench.add("alice")
        let ada = try bench.add("ada", role: .admin)
        #expect(bench.judge([alice.cookie], "jupyterhub") == "allowed alice")
        #expect(bench.judge([alice.cookie], "portainer") == "forbidden")
        #expect(bench.judge([ada.cookie], "portainer") == "allowed ada")
        #expect(bench.judge([ada.cookie], "jupyterhub") == "allowed ada")
        for person in [alice, ada] {
            for service in [nil, "", "empty", "nope", "Jupyterhub", "jupyterhub ", "portainer,jupyterhub"] {
                #expect(bench.judge([person.cookie], service) == "forbidden")
            }
        }
    }

    @Test("nobody is a stranger, and so is who shows a cookie of another length, name or spelling")
    func strangers() throws {
        let cookie = try bench.add("alice").cookie
        let value = cookie.split(separator: "=")[1]
        let others = [
            "", "__Host-diycloud=", "__Host-diycloud=\(value)A", "__Host-diycloud=\(value.dropLast())",
            "diycloud=\(value)",
            "__host-diycloud=\(value)", "__Host-diycloud=\"\(value)\"", "__Host-diycloud= \(value)",
            "__Host-diycloud=\(String(repeating: "A", count: 43))",
        ]
        for other in others { #expect(bench.judge([other], "jupyterhub") == "unauthenticated") }
        #expect(bench.judge([], "jupyterhub") == "unauthenticated")
    }

    @Test("a planted cookie beside the real one changes nothing, two people at once are nobody")
    func contradiction() throws {
        let alice = try bench.add("alice")
        let mallory = try bench.add("mallory")
        let stale = "__Host-diycloud=\(String(repeating: "A", count: 43))"
        #expect(bench.judge(["\(stale); \(alice.cookie)"], "jupyterhub") == "allowed alice")
        #expect(bench.judge(["\(alice.cookie); \(alice.cookie)"], "jupyterhub") == "allowed alice")
        #expect(bench.judge([alice.cookie, stale], "jupyterhub") == "allowed alice")
        #expect(bench.judge(["\(alice.cookie); \(mallory.cookie)"], "jupyterhub") == "unauthenticated")
        #expect(bench.judge([mallory.cookie, alice.cookie], "jupyterhub") == "unauthenticated")
        _ = mallory.session.end()
        #expect(bench.judge([mallory.cookie, alice.cookie], "jupyterhub") == "allowed alice")
    }

    @Test("three cookies of two people are nobody, in whatever order they come")
    func contradictionOfThree() throws {
        let alice = try bench.add("alice").cookie
        let mallory = try bench.add("mallory").cookie
        for cookies in [[alice, mallory, alice], [mallory, alice, alice], [alice, alice, mallory]] {
            #expect(bench.judge([cookies.joined(separator: "; ")], "jupyterhub") == "unauthenticated")
        }
    }

    @Test("an ended session is a stranger at once, before anybody has told the table")
    func ended() throws {
        let alice = try bench.add("alice")
        _ = alice.session.end()
        #expect(bench.judge([alice.cookie], "jupyterhub") == "unauthenticated")
    }

    @Test("a session ends when it is idle or its time is over, to the second")
    func expiry() throws {
        let now = bench.now
        let justIdle = try bench.add("a", lastSeen: now - 60, idleLimit: 60)
        let notYetIdle = try bench.add("b", lastSeen: now - 59, idleLimit: 60)
        let justOver = try bench.add("c", expiresAt: now)
        let notYetOver = try bench.add("d", expiresAt: now + 1)
        #expect(bench.judge([justIdle.cookie], "jupyterhub") == "unauthenticated")
        #expect(bench.judge([notYetIdle.cookie], "jupyterhub") == "allowed b")
        #expect(bench.judge([justOver.cookie], "jupyterhub") == "unauthenticated")
        #expect(bench.judge([notYetOver.cookie], "jupyterhub") == "allowed d")
    }

    @Test("a request that is let in keeps the session alive, one that is refused does not")
    func touch() throws {
        let alice = try bench.add("alice", lastSeen: bench.now - 30, idleLimit: 60)
        _ = bench.judge([alice.cookie], "portainer")
        #expect(alice.session.latestRequest == bench.now - 30)
        _ = bench.judge([alice.cookie], "jupyterhub")
        #expect(alice.session.latestRequest == bench.now)
    }

    @Test("while the gate is closed nobody passes, whoever they are")
    func closed() throws {
        let alice = try bench.add("alice")
        bench.gate.isOpen = false
        #expect(bench.judge([alice.cookie], "jupyterhub") == "closed")
        #expect(bench.judge([], "jupyterhub") == "closed")
        #expect(bench.table.session(cookies: [alice.cookie], now: bench.now) == nil)
        bench.gate.isOpen = true
        #expect(bench.judge([alice.cookie], "jupyterhub") == "allowed alice")
    }

    @Test("changed rules count for sessions that exist")
    func changedRules() throws {
        let alice = try bench.add("alice")
        let name = try #require(ServiceName("portainer"))
        bench.table.replaceRules(ServiceRules([name: [.user]]))
        #expect(bench.judge([alice.cookie], "portainer") == "allowed alice")
        #expect(bench.judge([alice.cookie], "jupyterhub") == "forbidden")
    }

    @Test("a removed session is a stranger, and every verdict is counted")
    func removed() throws {
        let alice = try bench.add("alice")
        _ = bench.judge([alice.cookie], "jupyterhub")
        _ = bench.judge([alice.cookie], "portainer")
        bench.table.remove(alice.session)
        #expect(bench.judge([alice.cookie], "jupyterhub") == "unauthenticated")
        #expect(bench.table.counts.allowed == 1)
        #expect(bench.table.counts.forbidden == 1)
        #expect(bench.table.counts.unauthenticated == 1)
    }

    @Test("all event loops know the same")
    func loops() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 3)
        let gate = VerifyGate()
        gate.isOpen = true
        let name = try #require(ServiceName("jupyterhub"))
        let tables = try await VerifyTables.make(
            on: group,
            rules: ServiceRules([name: [.user]]),
            cookieName: "sid",
            gate: gate
        )
        let bridge = try await TestBridge()
        await bridge.register.addObserver(tables)
        let (token, session) = try await bridge.session("alice")
        let cookie = "sid=\(token.cookieValue)"
        func verdicts() async throws -> [Bool] {
            var verdicts: [Bool] = []
            for loop in group.makeIterator() {
                verdicts.append(
                    try await loop.submit {
                        tables.table(on: loop)?.session(cookies: [cookie], now: .now) != nil
                    }.get()
                )
            }
            return verdicts
        }
        #expect(try await verdicts() == [true, true, true])
        try await bridge.register.end(id: session.id, reason: .revoked, now: .now)
        #expect(try await verdicts() == [false, false, false])
        #expect(tables.table(on: MultiThreadedEventLoopGroup.singleton.next()) == nil)
        try await group.shutdownGracefully()
    }
}
