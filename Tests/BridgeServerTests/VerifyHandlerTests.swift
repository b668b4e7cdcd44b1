import NIOCore
import NIOEmbedded
import TestSupport
import Testing

@testable import BridgeServer
@testable import Sessions

@Suite("A connection of nginx")
struct VerifyHandlerTests {
    private let bench = VerifyBench()
    private static let allowed = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"
    private static let forbidden = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"
    private static let unauthenticated =
        "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nLocation: /login?rd=/jupyter/%3Fa%3D1%26b%3D2\r\n\r\n"

    @Test("with a session it says who that is, without a body", arguments: ["GET", "HEAD"])
    func allowed(method: String) throws {
        let alice = try bench.add("alice", email: "alice@example.org")
        let (answers, rest) = try bench.exchange([nginxRequest(method, cookie: alice.cookie)])
        #expect(
            answers == Self.allowed
                + "Remote-User: alice\r\nRemote-Role: user\r\nRemote-Groups: diycloud-users\r\nRemote-Email: alice@example.org\r\n\r\n"
        )
        #expect(rest.isEmpty)
    }

    @Test(
        "a stranger is told where to sign in, a person without the right is refused, and so is a request without a service"
    )
    func refused() throws {
        let alice = try bench.add("alice")
        #expect(try bench.exchange([nginxRequest()]).answers == Self.unauthenticated)
        #expect(
            try bench.exchange([nginxRequest(cookie: alice.cookie, service: "portainer")]).answers == Self.forbidden
        )
        #expect(try bench.exchange([nginxRequest(cookie: alice.cookie, service: "nope")]).answers == Self.forbidden)
        #expect(try bench.exchange([nginxRequest(cookie: alice.cookie, service: "")]).answers == Self.forbidden)
        #expect(try bench.exchange([nginxRequest(cookie: alice.cookie, service: nil)]).answers == Self.forbidden)
    }

    @Test("an address that is too long to come back to is left out of the sign-in link")
    func longAddress() throws {
        let (answers, _) = try bench.exchange([nginxRequest(uri: "/" + String(repeating: "a", count: 1024))])
        #expect(answers == "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nLocation: /login\r\n\r\n")
    }

    @Test("health checkers get no special answer", arguments: ["kube-probe/1.0", "GoogleHC/1.0", "diycloud-bridge"])
    func healthCheck(agent: String) throws {
        let (answers, _) = try bench.exchange([nginxRequest(extra: ["User-Agent: \(agent)"])])
        #expect(answers == Self.unauthenticated)
    }

    @Test("requests one behind the other are answered in order")
    func pipelined() throws {
        let alice = try bench.add("alice")
        let ada = try bench.add("ada", role: .admin)
        let bytes =
            nginxRequest(cookie: alice.cookie) + nginxRequest()
            + nginxRequest(cookie: ada.cookie, service: "portainer") + nginxRequest(cookie: alice.cookie, service: "x")
        let users = try bench.exchange([bytes]).answers.matches(of: /HTTP\/1.1 (\d+)|Remote-User: (\w+)/).map {
            $0.1 ?? $0.2
        }
        #expect(users == ["200", "alice", "401", "200", "ada", "403"])
    }

    @Test("split at every byte, and byte by byte, the answers are the same")
    func splits() throws {
        let alice = try bench.add("alice")
        let tails = [
            "", "POST /login HTTP/1.1\r\nHost: x\r\n\r\nbody", "GET /auth HTTP/1.1\r\nCookie : x\r\n\r\n", "GET /au",
        ]
        for tail in tails {
            let bytes = nginxRequest(cookie: alice.cookie) + nginxRequest("HEAD") + Array(tail.utf8)
            let whole = try bench.exchange([bytes])
            #expect(whole.answers.contains("alice"))
            for split in 0...bytes.count {
                let parts = try bench.exchange([Array(bytes[..<split]), Array(bytes[split...])])
                #expect(parts.answers == whole.answers)
                #expect(parts.handedOver == whole.handedOver)
            }
            let single = try bench.exchange(bytes.map { [$0] })
            #expect(single.answers == whole.answers)
            #expect(single.handedOver == whole.handedOver)
        }
    }

    @Test("something else than /auth goes to the complete stack, bytes untouched, with all that follows")
    func handover() throws {
        let alice = try bench.add("alice")
        let other = Array("GET /login HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
        let behind = nginxRequest(cookie: alice.cookie)
        let (answers, rest) = try bench.exchange([behind, other + behind, behind])
        #expect(answers.matches(of: /HTTP/).count == 1)
        #expect(rest == other + behind + behind)
    }

    @Test("bytes that come while the complete stack is being set up keep their place")
    func slowHandover() throws {
        let stack = StackStandIn()
        let channel = EmbeddedChannel()
        let bound = NIOLoopBound(stack, eventLoop: channel.eventLoop)
        let ready = channel.eventLoop.makePromise(of: Void.self)
        let handler = VerifyHandler(table: bench.table, proxySecret: nil) { channel in
            ready.futureResult.flatMapThrowing { try channel.pipeline.syncOperations.addHandler(bound.value) }
        }
        try channel.pipeline.syncOperations.addHandler(handler)
        try channel.writeInbound(ByteBuffer(string: "GET /login HTTP/1.1\r\n"))
        try channel.writeInbound(ByteBuffer(string: "Host: x\r\n\r\n"))
        ready.succeed()
        try channel.writeInbound(ByteBuffer(string: "more"))
        #expect(String(decoding: stack.received, as: UTF8.self) == "GET /login HTTP/1.1\r\nHost: x\r\n\r\nmore")
        _ = try channel.finish()
    }

    @Test("a stack that cannot be set up closes the connection")
    func failedHandover() throws {
        struct NoStack: Error {}
        let channel = EmbeddedChannel()
        try channel.connect(to: SocketAddress(unixDomainSocketPath: "/x")).wait()
        let handler = VerifyHandler(table: bench.table, proxySecret: nil) { $0.eventLoop.makeFailedFuture(NoStack()) }
        try channel.pipeline.syncOperations.addHandler(handler)
        try channel.writeInbound(ByteBuffer(string: "GET /login HTTP/1.1\r\n"))
        channel.embeddedEventLoop.run()
        #expect(!channel.isActive)
    }

    @Test("a request that does not end is for the complete parser and its limits")
    func oversize() throws {
        let start = Array("GET /auth HTTP/1.1\r\nX: ".utf8)
        let (_, little) = try bench.exchange([
            start, Array(repeating: UInt8(ascii: "a"), count: 16 * 1024 - start.count),
        ])
        #expect(little.isEmpty)
        let (answers, rest) = try bench.exchange([start, Array(repeating: UInt8(ascii: "a"), count: 16 * 1024)])
        #expect(answers.isEmpty)
        #expect(rest.count == start.count + 16 * 1024)
    }

    @Test("a connection that waits is closed when the service stops, or when the other side has nothing more to say")
    func quiesce() throws {
        for stops in [true, false] {
            let (channel, _) = try bench.connect()
            try channel.connect(to: SocketAddress(unixDomainSocketPath: "/x")).wait()
            try channel.writeInbound(ByteBuffer(bytes: nginxRequest()))
            #expect(channel.isActive)
            if stops {
                channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
            } else {
                channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
            }
            #expect(!channel.isActive)
            #expect(try channel.readOutbound(as: ByteBuffer.self) != nil)
        }
    }

    @Test("after the handover such events are the complete stack's")
    func quiesceLater() throws {
        let (channel, stack) = try bench.connect()
        try channel.connect(to: SocketAddress(unixDomainSocketPath: "/x")).wait()
        try channel.writeInbound(ByteBuffer(string: "GET /login HTTP/1.1\r\n"))
        channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        #expect(channel.isActive)
        #expect(stack.events == 1)
    }

    @Test("where nginx must prove itself, everybody else is refused, whatever they show")
    func proxySecret() throws {
        let bench = VerifyBench(secret: "0123456789abcdef")
        let alice = try bench.add("alice")
        for secret in [nil, "", "0123456789abcde", "0123456789abcdeg", "0123456789abcdef0", "0123456789ABCDEF"] {
            #expect(try bench.exchange([nginxRequest(cookie: alice.cookie, secret: secret)]).answers == Self.forbidden)
        }
        let (answers, _) = try bench.exchange([nginxRequest(cookie: alice.cookie, secret: "0123456789abcdef")])
        #expect(answers.hasPrefix(Self.allowed))
    }

    @Test("a session that ends is refused at the next request of the same connection")
    func endedBetween() throws {
        let alice = try bench.add("alice")
        let (channel, _) = try bench.connect()
        try channel.writeInbound(ByteBuffer(bytes: nginxRequest(cookie: alice.cookie)))
        #expect(
            try #require(try channel.readOutbound(as: ByteBuffer.self)).readableBytesView.starts(
                with: Self.allowed.utf8
            )
        )
        _ = alice.session.end()
        try channel.writeInbound(ByteBuffer(bytes: nginxRequest(cookie: alice.cookie)))
        #expect(try channel.readOutbound(as: ByteBuffer.self).map { String(buffer: $0) } == Self.unauthenticated)
    }

    @Test("no mutation of a stranger's request is ever let in, for 20,000 of them")
    func fuzz() throws {
        _ = try bench.add("alice")
        var random = SeededGenerator(seed: 1)
        let sample = nginxRequest(cookie: "__Host-diycloud=" + String(repeating: "A", count: 43)) + nginxRequest("HEAD")
        for _ in 0..<20_000 {
            let (answers, _) = try bench.exchange([random.mutated(sample)])
            let statuses = answers.matches(of: /HTTP\/1\.1 (\d+)/).map(\.1)
            #expect(statuses.allSatisfy { $0 == "401" || $0 == "403" })
            #expect(answers.matches(of: /Content-Length: 0\r\n/).count == statuses.count)
        }
    }

    @Test("no mutation of a person's request opens what is not theirs")
    func fuzzService() throws {
        let alice = try bench.add("alice")
        var random = SeededGenerator(seed: 2)
        let sample = nginxRequest(cookie: alice.cookie, service: "portainer")
        for _ in 0..<5_000 {
            let (answers, _) = try bench.exchange([random.mutated(sample)])
            #expect(!answers.contains(" 200 "))
        }
    }
}
