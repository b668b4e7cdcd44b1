import Glibc
import Sessions
import Testing

@testable import BridgeServer

@Suite("The proxy's listener, byte by byte")
struct LiveListenerTests {
    private static let hub = "X-Bridge-Service: jupyterhub\r\n"

    private static func statuses(_ text: String) -> [String] {
        text.matches(of: /HTTP\/1\.1 (\d{3})/).map { String($0.1) }
    }

    @Test("a connection is kept after 200, 401 and 403, and after the pages too")
    func keptAlive() async throws {
        let bridge = try await TestBridge()
        let token = try await bridge.session("alice").token.cookieValue
        try await withLiveProxy(bridge) { socket in
            let connection = try socket.connect()
            for _ in 0..<3 {
                try await connection.send(
                    "GET /auth HTTP/1.1\r\nHost: x\r\nCookie: __Host-diycloud=\(token)\r\n\(Self.hub)\r\n"
                )
                #expect(try await connection.answer().contains("Remote-User: alice\r\n"))
                try await connection.send("GET /auth HTTP/1.1\r\nHost: x\r\n\(Self.hub)\r\n")
                #expect(try await connection.answer().hasPrefix("HTTP/1.1 401 "))
                try await connection.send("GET /auth HTTP/1.1\r\nHost: x\r\nCookie: __Host-diycloud=\(token)\r\n\r\n")
                #expect(try await connection.answer().hasPrefix("HTTP/1.1 403 "))
            }
            for path in ["/nope", "/login", "/auth", "/openapi.yaml"] {
                try await connection.send("GET \(path) HTTP/1.1\r\nHost: x\r\nSec-Fetch-Mode: navigate\r\n\r\n")
                let status = ["/nope": "404", "/auth": "401"][path] ?? "200"
                #expect(Self.statuses(try await connection.answer()) == [status])
            }
        }
    }

    @Test("a request and the end of sending in one go are answered")
    func halfClosed() async throws {
        let bridge = try await TestBridge()
        try await withLiveProxy(bridge) { socket in
            let verdict = try await socket.exchange("GET /auth HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(Self.statuses(verdict) == ["401"])
            let page = try await socket.exchange("GET /nope HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(Self.statuses(page) == ["404"])
            let half = try await socket.exchange("GET /auth HTTP/1.1\r\nHo")
            #expect(half.isEmpty)
        }
    }

    @Test(
        "answers to /auth that go through the complete stack have no body and one Content-Length, to GET and HEAD alike",
        arguments: ["GET", "HEAD"]
    )
    func noBody(method: String) async throws {
        let bridge = try await TestBridge()
        let token = try await bridge.session("alice").token.cookieValue
        let cookie = "Cookie: __Host-diycloud=\(token)\r\n"
        try await withLiveProxy(bridge) { socket in
            // A query is nothing that nginx writes.
            for (headers, status) in [("", "401"), (cookie, "403"), (cookie + Self.hub, "200")] {
                let text = try await socket.exchange("\(method) /auth?x HTTP/1.1\r\nHost: x\r\n\(headers)\r\n")
                #expect(Self.statuses(text) == [status])
                #expect(text.hasSuffix("\r\n\r\n"))
                #expect(text.matches(of: /(?i)content-length: 0\r\n/).count == 1)
                #expect(text.matches(of: /(?i)transfer-encoding/).isEmpty)
            }
        }
    }

    @Test("HEAD of a page has its length and not its body")
    func head() async throws {
        let bridge = try await TestBridge()
        try await withLiveProxy(bridge) { socket in
            let text = try await socket.exchange("HEAD /login HTTP/1.1\r\nHost: x\r\nSec-Fetch-Mode: navigate\r\n\r\n")
            #expect(Self.statuses(text) == ["200"])
            #expect(text.hasSuffix("\r\n\r\n"))
        }
    }

    @Test(
        "unknown addresses are 404, whoever asks",
        arguments: [
            "/nope", "/auth/", "/auth/..", "/auth/nope", "//auth", "/healthz", "/metrics", "/api/v1/users/alice",
        ]
    )
    func unknown(path: String) async throws {
        let bridge = try await TestBridge()
        let token = try await bridge.session("ada", role: .admin).token.cookieValue
        try await withLiveProxy(bridge) { socket in
            for cookie in ["", "Cookie: __Host-diycloud=\(token)\r\n"] {
                let text = try await socket.exchange("GET \(path) HTTP/1.1\r\nHost: x\r\n\(cookie)\(Self.hub)\r\n")
                let statuses = Self.statuses(text)
                #expect(statuses.count == 1)
                #expect(statuses[0].hasPrefix("4"))
            }
        }
    }

    /// Requests that two readers may understand differently, each followed by one that would be let in.
    private static let doubtful: [(String, String)] = [
        (
            "Content-Length and Transfer-Encoding",
            "POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
        ("two lengths", "POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello"),
        ("an unknown transfer coding", "POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n"),
        (
            "chunked that is not last",
            "POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n"
        ),
        ("a folded line", "GET /nope HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n"),
        ("a bare line feed", "GET /nope HTTP/1.1\nHost: x\n\n"),
        ("a bare line feed after a header", "GET /nope HTTP/1.1\r\nHost: x\nX: y\r\n\r\n"),
        ("a space before the colon", "GET /nope HTTP/1.1\r\nHost: x\r\nX : y\r\n\r\n"),
        ("a space before the colon of a length", "POST /login HTTP/1.1\r\nHost: x\r\nContent-Length : 5\r\n\r\nhello"),
        (
            "a chunk size that overflows",
            "POST /login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000005\r\nhello\r\n0\r\n\r\n"
        ),
        ("a negative length", "POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\nhello"),
        ("a length with a sign", "POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nhello"),
        ("a NUL in a header", "GET /nope HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n"),
        ("a carriage return in a header", "GET /nope HTTP/1.1\r\nHost: x\r\nX: a\rb\r\n\r\n"),
        ("a header without a name", "GET /nope HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n"),
        ("no version", "GET /nope\r\n\r\n"),
        ("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        ("TLS", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\r\n\r\n"),
    ]

    @Test(
        "what can be read in two ways is refused, and what follows it on the connection is never read",
        arguments: doubtful.indices
    )
    func smuggling(index: Int) async throws {
        let (what, bytes) = Self.doubtful[index]
        let bridge = try await TestBridge()
        let token = try await bridge.session("alice").token.cookieValue
        let second = "GET /auth HTTP/1.1\r\nHost: x\r\nCookie: __Host-diycloud=\(token)\r\n\(Self.hub)\r\n"
        try await withLiveProxy(bridge) { socket in
            // The other side closes by itself: this one does not say that it has finished.
            let text = try await socket.exchange(bytes + second, halfClose: false)
            #expect(!text.contains("alice"), "\(what)")
            // A head without fault may be answered before its body turns out to be none; the last word is 400 all the same.
            let statuses = Self.statuses(text)
            #expect(statuses.allSatisfy { $0 == "400" || $0 == "415" }, "\(what): \(text)")
            #expect(statuses.isEmpty || statuses.last == "400", "\(what): \(text)")
        }
    }

    @Test("the same on a connection that has answered /auth before", arguments: doubtful.indices)
    func smugglingLater(index: Int) async throws {
        let (what, bytes) = Self.doubtful[index]
        let bridge = try await TestBridge()
        let token = try await bridge.session("alice").token.cookieValue
        let good = "GET /auth HTTP/1.1\r\nHost: x\r\nCookie: __Host-diycloud=\(token)\r\n\(Self.hub)\r\n"
        try await withLiveProxy(bridge) { socket in
            let text = try await socket.exchange(good + bytes + good, halfClose: false)
            #expect(text.matches(of: /alice/).count == 1, "\(what)")
        }
    }

    @Test("headers without end are refused, in one piece or drop by drop")
    func endless() async throws {
        let bridge = try await TestBridge()
        try await withLiveProxy(bridge) { socket in
            for start in ["GET /auth HTTP/1.1\r\n", "GET /login HTTP/1.1\r\n"] {
                let large = try await socket.exchange(
                    start + "X: " + String(repeating: "a", count: 200 * 1024),
                    halfClose: false
                )
                #expect(Self.statuses(large).allSatisfy { $0.hasPrefix("4") })
                let many = try await socket.exchange(
                    start + String(repeating: "X: y\r\n", count: 20_000),
                    halfClose: false
                )
                #expect(Self.statuses(many).allSatisfy { $0.hasPrefix("4") })
            }
        }
    }

    @Test("who is not nginx gets no answer at all")
    func peers() async throws {
        let bridge = try await TestBridge()
        let request = "GET /auth HTTP/1.1\r\nHost: x\r\n\r\n"
        try await withLiveProxy(bridge, allowedPeers: PeerRule(uids: [geteuid() + 1], gids: [])) { socket in
            let verdict = try await socket.exchange(request)
            let page = try await socket.exchange("GET /login HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(verdict.isEmpty && page.isEmpty)
        }
        try await withLiveProxy(bridge, allowedPeers: PeerRule(uids: [geteuid()], gids: [])) { socket in
            let verdict = try await socket.exchange(request)
            #expect(Self.statuses(verdict) == ["401"])
        }
        try await withLiveProxy(bridge, allowedPeers: PeerRule(uids: [], gids: [getegid()])) { socket in
            let verdict = try await socket.exchange(request)
            #expect(Self.statuses(verdict) == ["401"])
        }
    }

    @Test("who asks nothing more, or never finishes asking, is let go after the idle time")
    func idle() async throws {
        let bridge = try await TestBridge()
        try await withLiveProxy(bridge, idleTimeout: .milliseconds(100)) { socket in
            let served = try socket.connect()
            try await served.send("GET /nope HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = try await served.answer()
            let endless = try socket.connect()
            try await endless.send("POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n")
            // A receive that had to wait for its own limit throws.
            #expect(try await served.rest().isEmpty)
            _ = try await endless.rest()
        }
    }

    @Test("the socket file has the mode that was asked for")
    func mode() async throws {
        let bridge = try await TestBridge()
        try await withLiveProxy(bridge) { socket in
            var status = stat()
            #expect(lstat(socket.path, &status) == 0)
            #expect(status.st_mode & 0o777 == 0o600)
        }
    }

    @Test("when the service stops, connections that wait are closed and no new ones are taken")
    func stop() async throws {
        let bridge = try await TestBridge()
        let kept = Kept()
        try await withLiveProxy(bridge) { socket in
            let verify = try socket.connect()
            try await verify.send("GET /auth HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = try await verify.answer()
            let page = try socket.connect()
            try await page.send("GET /nope HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = try await page.answer()
            await kept.keep([verify, page])
        }
        for connection in await kept.connections { #expect(try await connection.rest().isEmpty) }
        #expect(throws: LiveConnection.Failure.self) { try LiveConnection(path: bridge.directory.path("proxy.sock")) }
    }
}

private actor Kept {
    private(set) var connections: [LiveConnection] = []
    func keep(_ connections: [LiveConnection]) { self.connections = connections }
}
