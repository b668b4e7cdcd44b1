import DockerPolicy
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import DockerGuard

@Suite("One connection of a client")
struct ClientHandlerTests {
    private static let get = "GET /info HTTP/1.1\r\nHost: docker\r\n\r\n"

    @Test("the engine gets the judged request, and nothing else of what the client sent")
    func rebuilds() throws {
        let guarded = try EmbeddedGuard(forwarding: .stream)
        try guarded.send("GET /v1.41/info?x=1 HTTP/1.1\r\nHost: evil\r\nAuthorization: secret\r\nCookie: a\r\n\r\n")
        #expect(try guarded.engineReceived() == "GET /judged HTTP/1.1\r\nHost: docker\r\n\r\n")
    }

    @Test("an answer passes by allow list, its length with it, and the connection serves again")
    func passesAnswers() throws {
        let guarded = try EmbeddedGuard(forwarding: .stream)
        for _ in 0..<2 {
            try guarded.send(Self.get)
            try guarded.engineSends(
                "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nSet-Cookie: no\r\nX-Secret: no\r\nContent-Length: 2\r\n\r\nok"
            )
            #expect(try guarded.received() == "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: 2\r\n\r\nok")
        }
        #expect(guarded.connector.channels.count == 2)
    }

    @Test("an answer without a length is cut into chunks as it comes")
    func chunks() throws {
        let guarded = try EmbeddedGuard(forwarding: .stream)
        try guarded.send(Self.get)
        try guarded.engineSends("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        #expect(try guarded.received() == "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        try guarded.engineSends("3\r\nabc\r\n")
        #expect(try guarded.received() == "3\r\nabc\r\n")
        try guarded.engineSends("0\r\n\r\n")
        #expect(try guarded.received() == "0\r\n\r\n")
    }

    @Test("HEAD and 204 have no body, whatever the engine says of one")
    func headHasNoBody() throws {
        let guarded = try EmbeddedGuard(forwarding: .stream)
        try guarded.send("HEAD /_ping HTTP/1.1\r\nHost: x\r\n\r\n")
        try guarded.engineSends("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n")
        #expect(try guarded.received() == "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n")
        try guarded.send("POST /x HTTP/1.1\r\nHost: x\r\n\r\n")
        try guarded.engineSends("HTTP/1.1 204 No Content\r\n\r\n")
        #expect(try guarded.received() == "HTTP/1.1 204 No Content\r\n\r\n")
    }

    @Test("requests sent at once are answered in order, and the engine sees the second only after the first")
    func pipelines() throws {
        let guarded = try EmbeddedGuard { request in
            .decided(.forward(ForwardPlan(method: "GET", uri: request.target)))
        }
        try guarded.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(guarded.connector.channels.count == 1)
        try guarded.engineSends("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nA")
        #expect(guarded.connector.channels.count == 2)
        #expect(try guarded.engineReceived().hasPrefix("GET /b "))
        try guarded.engineSends("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nB")
        let answers = try guarded.received()
        #expect(answers.hasSuffix("\r\n\r\nB") && answers.contains("\r\n\r\nAHTTP/1.1"))
    }

    @Test("a body streams on as it comes, with the framing that the client chose", arguments: [true, false])
    func streamsBodies(isChunked: Bool) throws {
        let guarded = try EmbeddedGuard(forwarding: .stream)
        try guarded.send(
            "POST /build HTTP/1.1\r\nHost: x\r\n" + (isChunked ? "Transfer-Encoding: chunked" : "Content-Length: 6")
                + "\r\n\r\n"
        )
        try guarded.send(isChunked ? "3\r\nabc\r\n" : "abc")
        #expect(try guarded.engineReceived().hasSuffix(isChunked ? "chunked\r\n\r\n3\r\nabc\r\n" : "6\r\n\r\nabc"))
        try guarded.send(isChunked ? "3\r\ndef\r\n0\r\n\r\n" : "def")
        #expect(try guarded.engineReceived() == (isChunked ? "3\r\ndef\r\n0\r\n\r\n" : "def"))
    }

    @Test("a client that waits for 100-continue is told to go on once the engine is there")
    func continues() throws {
        let guarded = try EmbeddedGuard(forwarding: .stream)
        try guarded.send("PUT /x HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n")
        #expect(try guarded.received() == "HTTP/1.1 100 Continue\r\n\r\n")
        #expect(try !guarded.engineReceived().lowercased().contains("expect"))
    }

    @Test("a client that waits for 100-continue and is refused sends nothing")
    func refusesBeforeContinue() throws {
        let guarded = try EmbeddedGuard { _ in .decided(.refuse(.forbidden("No.", reason: "no"))) }
        try guarded.send("PUT /x HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n")
        #expect(try guarded.received().hasPrefix("HTTP/1.1 403 Forbidden\r\n"))
    }

    @Test("a refusal is JSON, and the connection serves again")
    func refuses() throws {
        let guarded = try EmbeddedGuard { _ in .decided(.refuse(.forbidden("No.", reason: "no"))) }
        for _ in 0..<2 {
            try guarded.send(Self.get)
            #expect(
                try guarded.received()
                    == "HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nContent-Length: 17\r\n\r\n{\"message\":\"No.\"}"
            )
        }
    }

    @Test("an engine that is away is told of in a sentence")
    func tellsOfAbsence() throws {
        let guarded = try EmbeddedGuard(engineIsAway: true) { _ in
            .decided(.forward(ForwardPlan(method: "GET", uri: "/")))
        }
        try guarded.send(Self.get)
        let answer = try guarded.received()
        #expect(answer.hasPrefix("HTTP/1.1 503 ") && answer.contains("not running"))
    }

    @Test("an engine that goes without an answer is told of; one that goes within it leaves the answer unfinished")
    func tellsOfLoss() throws {
        let silent = try EmbeddedGuard(forwarding: .stream)
        try silent.send(Self.get)
        try #require(silent.engine).close().wait()
        #expect(try silent.received().hasPrefix("HTTP/1.1 502 "))
        let cut = try EmbeddedGuard(forwarding: .stream)
        try cut.send(Self.get)
        try cut.engineSends("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
        try #require(cut.engine).close().wait()
        #expect(try cut.received().hasSuffix("3\r\nabc\r\n"))
        #expect(!cut.client.isActive)
    }

    @Test("a client that goes takes its call to the engine with it")
    func cancels() throws {
        let guarded = try EmbeddedGuard(forwarding: .stream)
        try guarded.send(Self.get)
        let engine = try #require(guarded.engine)
        try guarded.client.close().wait()
        #expect(!engine.isActive)
    }

    @Test("a switch to a raw stream sends its head by itself, and loses no byte before or behind it")
    func hijacks() throws {
        let guarded = try EmbeddedGuard(forwarding: .hijack)
        try guarded.send(
            "POST /exec/1/start HTTP/1.1\r\nHost: \r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 2\r\n\r\n{}early"
        )
        #expect(
            try guarded.engineReceived().hasSuffix("Connection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 2\r\n\r\n{}")
        )
        try guarded.engineSends(
            "HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nfirst"
        )
        let head = try #require(try guarded.client.readOutbound(as: ByteBuffer.self))
        #expect(String(buffer: head).hasPrefix("HTTP/1.1 101 ") && String(buffer: head).hasSuffix("\r\n\r\n"))
        #expect(try guarded.received() == "first")
        #expect(try guarded.engineReceived() == "early")
        try guarded.send("GET / HTTP/1.1\r\n")
        #expect(try guarded.engineReceived() == "GET / HTTP/1.1\r\n")
        try guarded.engineSends("\u{1}\r\n\r\n")
        #expect(try guarded.received() == "\u{1}\r\n\r\n")
    }

    @Test("a raw stream without a switch passes in both directions")
    func hijacksWithoutUpgrade() throws {
        let guarded = try EmbeddedGuard(forwarding: .hijack, body: .none)
        try guarded.send("POST /attach HTTP/1.1\r\nHost: x\r\n\r\n")
        _ = try guarded.engineReceived()
        try guarded.send("early")
        try guarded.engineSends("HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\nfirst")
        #expect(
            try guarded.received()
                == "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: close\r\n\r\nfirst"
        )
        #expect(try guarded.engineReceived() == "early")
    }

    @Test("a hijack that the engine refuses is an answer like any other")
    func hijackRefused() throws {
        let guarded = try EmbeddedGuard(forwarding: .hijack)
        try guarded.send("POST /exec/1/start HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n")
        try guarded.engineSends("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}")
        #expect(try guarded.received() == "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
    }

    @Test("nothing but a hijack may switch, and only to tcp", arguments: ["h2c", "websocket", "tcp"])
    func refusesUpgrades(protocolName: String) throws {
        let guarded = try EmbeddedGuard(forwarding: protocolName == "tcp" ? .stream : .hijack)
        try guarded.send("GET /session HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: \(protocolName)\r\n\r\n")
        #expect(try guarded.received().hasPrefix("HTTP/1.1 400 "))
        #expect(guarded.engine == nil)
    }

    @Test("the engine is not read while the client does not take, nor the client while the engine does not")
    func holdsBack() throws {
        let guarded = try EmbeddedGuard(forwarding: .stream)
        let reads = ReadCounter()
        try guarded.send("POST /build HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n")
        let engine = try #require(guarded.engine)
        try engine.pipeline.syncOperations.addHandler(reads, position: .first)
        engine.isWritable = false
        try guarded.send("abc")
        #expect(try guarded.engineReceived().hasSuffix("\r\n\r\n"))
        engine.isWritable = true
        engine.pipeline.fireChannelWritabilityChanged()
        #expect(try guarded.engineReceived() == "abc")
        guarded.client.isWritable = false
        try guarded.engineSends("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
        let before = reads.count
        engine.read()
        #expect(reads.count == before)
        guarded.client.isWritable = true
        guarded.client.pipeline.fireChannelWritabilityChanged()
        #expect(reads.count == before + 1)
    }

    @Test("who takes too long over a head is cut off, and so is who stays idle too long")
    func keepsTime() throws {
        let slow = try EmbeddedGuard(forwarding: .stream)
        try slow.send("GET / HTTP/1.1\r\nX: ")
        slow.client.embeddedEventLoop.advanceTime(by: .seconds(29))
        #expect(slow.client.isActive)
        try slow.send("1\r\n")
        slow.client.embeddedEventLoop.advanceTime(by: .seconds(2))
        #expect(!slow.client.isActive)
        let idle = try EmbeddedGuard { _ in .decided(.answer(status: 200, headers: [], body: ByteBuffer())) }
        try idle.send(Self.get)
        idle.client.embeddedEventLoop.advanceTime(by: .minutes(2))
        #expect(idle.client.isActive)
        idle.client.embeddedEventLoop.advanceTime(by: .minutes(2))
        #expect(!idle.client.isActive)
    }

    @Test("a judge who takes long is not the client's fault")
    func judgeTakesLong() throws {
        let guarded = try EmbeddedGuard { _ in nil }
        try guarded.send(Self.get)
        guarded.client.embeddedEventLoop.advanceTime(by: .minutes(10))
        #expect(guarded.client.isActive)
        try guarded.client.close().wait()
    }

    @Test("a body that is too large to judge is refused unread")
    func refusesLargeBodies() throws {
        let guarded = try EmbeddedGuard { _ in
            .wantsBody(limit: 10) { _ in .answer(status: 200, headers: [], body: ByteBuffer()) }
        }
        try guarded.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n")
        #expect(try guarded.received().hasPrefix("HTTP/1.1 413 "))
        let chunked = try EmbeddedGuard { _ in
            .wantsBody(limit: 10) { _ in .answer(status: 200, headers: [], body: ByteBuffer()) }
        }
        try chunked.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n12345678\r\n")
        #expect(try chunked.received().isEmpty)
        try chunked.send("8\r\n12345678\r\n")
        #expect(try chunked.received().hasPrefix("HTTP/1.1 413 "))
    }

    @Test(
        "what two readers could understand in two ways is refused, and the connection ends",
        arguments: [
            "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\nx",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\nx",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\nx",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length : 1\r\n\r\nx",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n folded: 2\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nX: 1\rY: 2\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\n : 1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nX\u{0}: 1\r\n\r\n",
            "GET / HTTP/2.0\r\nHost: a\r\n\r\n",
            "GET http://evil/ HTTP/1.1\r\nHost: a\r\n\r\n",
            "CONNECT evil:1 HTTP/1.1\r\nHost: a\r\n\r\n",
            "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET /\u{e4} HTTP/1.1\r\nHost: a\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n",
            "\u{16}\u{3}\u{1}",
        ]
    )
    func refusesAmbiguity(request: String) throws {
        let guarded = try EmbeddedGuard { _ in
            Issue.record("the judge was asked")
            return nil
        }
        // Broken syntax is told to the handler as an error, and a channel without sockets throws it.
        try? guarded.send(request)
        let answer = try guarded.received()
        #expect(answer.hasPrefix("HTTP/1.1 4") || answer.hasPrefix("HTTP/1.1 501"), "\(answer)")
        #expect(answer.contains("Connection: close"))
        #expect(!guarded.client.isActive)
        #expect(guarded.engine == nil)
    }

    @Test("a head that is too large is refused", arguments: [(1, 70_000), (5, 40_000), (200, 10)])
    func refusesLargeHeads(count: Int, size: Int) throws {
        let guarded = try EmbeddedGuard { _ in nil }
        let fields = (0..<count).map { "X-\($0): \(String(repeating: "a", count: size))\r\n" }.joined()
        try? guarded.send("GET / HTTP/1.1\r\nHost: x\r\n\(fields)\r\n")
        #expect(try guarded.received().hasPrefix("HTTP/1.1 4"))
        #expect(!guarded.client.isActive)
    }
}

private final class ReadCounter: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    var count = 0

    func read(context: ChannelHandlerContext) {
        count += 1
        context.read()
    }
}
