import Foundation
import NIOCore
import NIOEmbedded
import NIOHTTP1
import TestSupport
import Testing

@testable import BridgeServer

@Suite("Reading a request as nginx writes it")
struct VerifyRequestTests {
    private enum Summary: Equatable {
        case request(cookies: [String], service: String?, uri: String?, secret: String?, length: Int)
        case incomplete
        case other
    }

    private func read(_ bytes: [UInt8]) -> Summary {
        bytes.withUnsafeBytes { raw in
            func text(_ range: Range<Int>) -> String { String(decoding: raw[range], as: UTF8.self) }
            switch VerifyRequest.read(raw) {
            case .incomplete: return .incomplete
            case .other: return .other
            case .request(let request, let length):
                return .request(
                    cookies: request.cookies.map(text),
                    service: request.service.map(text),
                    uri: request.originalURI.map(text),
                    secret: request.proxySecret.map(text),
                    length: length
                )
            }
        }
    }

    private func read(_ text: String) -> Summary { read(Array(text.utf8)) }

    @Test("what the shipped files send is read in full", arguments: ["GET", "HEAD"])
    func whole(method: String) {
        let bytes = nginxRequest(method, cookie: "a=b; c=d", secret: "s3cret")
        let expected = Summary.request(
            cookies: ["a=b; c=d"],
            service: "jupyterhub",
            uri: "/jupyter/?a=1&b=2",
            secret: "s3cret",
            length: bytes.count
        )
        #expect(read(bytes) == expected)
    }

    @Test("every beginning of a request is incomplete, and what follows it is not looked at")
    func beginnings() {
        let bytes = nginxRequest(cookie: "a=b")
        for length in 0..<bytes.count { #expect(read(Array(bytes[..<length])) == .incomplete) }
        let followed = read(bytes + Array("rubbish".utf8))
        #expect(followed == read(bytes))
    }

    @Test(
        "names of headers count in any case, several cookie lines are all kept, space around values is not part of them"
    )
    func leniency() {
        let text = "GET /auth HTTP/1.1\r\nCOOKIE: a=b\r\ncookie:c=d\r\nx-BRIDGE-service: \t portainer \t\r\n\r\n"
        let expected = Summary.request(
            cookies: ["a=b", "c=d"],
            service: "portainer",
            uri: nil,
            secret: nil,
            length: text.utf8.count
        )
        #expect(read(text) == expected)
    }

    @Test("no header at all is a request that names nothing")
    func bare() {
        let text = "GET /auth HTTP/1.1\r\n\r\n"
        #expect(read(text) == .request(cookies: [], service: nil, uri: nil, secret: nil, length: text.utf8.count))
    }

    @Test(
        "another request line is for the complete parser",
        arguments: [
            "POST /auth HTTP/1.1\r\n", "get /auth HTTP/1.1\r\n", "GET /auth HTTP/1.0\r\n", "GET /auth/ HTTP/1.1\r\n",
            "GET /auth?x HTTP/1.1\r\n", "GET //auth HTTP/1.1\r\n", "GET /Auth HTTP/1.1\r\n", "GET /%61uth HTTP/1.1\r\n",
            "GET /auth/.. HTTP/1.1\r\n", "GET  /auth HTTP/1.1\r\n", "GET /auth  HTTP/1.1\r\n",
            "GET /auth HTTP/1.1 \r\n",
            "GET /auth HTTP/1.1\n", "\r\nGET /auth HTTP/1.1\r\n", " GET /auth HTTP/1.1\r\n", "GET /auth#x HTTP/1.1\r\n",
            "GET http://bridge/auth HTTP/1.1\r\n", "GET / HTTP/1.1\r\n", "OPTIONS /auth HTTP/1.1\r\n",
            "\u{16}\u{3}\u{1}",
        ]
    )
    func otherRequestLines(line: String) {
        #expect(read(line + "\r\n") == .other)
    }

    @Test(
        "what is odd about a header is for the complete parser",
        arguments: [
            // Space before the colon, folded lines, no name, no colon (RFC 9112 §5).
            "Cookie : a=b\r\n", "Cookie\t: a=b\r\n", " Cookie: a=b\r\n", "X: y\r\n folded\r\n", ": a\r\n", "Cookie\r\n",
            "\u{e9}: x\r\n", "Coo kie: x\r\n", "X(y): z\r\n",
            // Line ends and control characters.
            "X: y\n", "X: y\r\r\n", "X: a\rb\r\n", "X: a\0b\r\n", "X: a\u{7f}b\r\n", "X: a\u{b}\r\n",
            // A body, or another way to say where it ends.
            "Content-Length: 5\r\n", "Content-Length: 00\r\n", "Content-Length: +0\r\n", "Content-Length: 0, 0\r\n",
            "Content-Length: \r\n", "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: xchunked\r\n",
            "transfer-encoding: identity\r\n", "Trailer: x\r\n", "TE: trailers\r\n", "Expect: 100-continue\r\n",
            // Another protocol, or another fate of the connection.
            "Upgrade: h2c\r\n", "Connection: close\r\n", "Connection: upgrade\r\n", "Connection: X-Bridge-Service\r\n",
            "Connection: \r\n",
            // What decides may be there once.
            "X-Bridge-Service: a\r\nX-Bridge-Service: a\r\n", "X-Original-URI: /\r\nx-original-uri: /\r\n",
            "X-Bridge-Proxy-Secret: a\r\nX-Bridge-Proxy-Secret: b\r\n", "X-Bridge-Service:\r\nX-Bridge-Service: a\r\n",
        ]
    )
    func oddHeaders(lines: String) {
        #expect(read("GET /auth HTTP/1.1\r\n\(lines)\r\n") == .other)
        #expect(read("HEAD /auth HTTP/1.1\r\nHost: bridge\r\n\(lines)X: y\r\n\r\n") == .other)
    }

    @Test(
        "an empty body and a kept connection may be said",
        arguments: ["Content-Length: 0", "Connection: Keep-Alive"]
    )
    func harmless(line: String) {
        let text = "GET /auth HTTP/1.1\r\n\(line)\r\n\r\n"
        #expect(read(text) == .request(cookies: [], service: nil, uri: nil, secret: nil, length: text.utf8.count))
    }

    @Test("whatever is read here, the complete parser reads the same way, for 40,000 mutated requests")
    func sameAsTheCompleteParser() throws {
        var random = SeededGenerator(seed: 37)
        let samples = [
            nginxRequest(cookie: "a=b; c=d", secret: "s"), nginxRequest("HEAD", service: nil),
            nginxRequest(cookie: "x", extra: ["Content-Length: 0", "Connection: keep-alive", "Cookie: y=z"]),
        ]
        var read = 0
        for round in 0..<40_000 {
            let bytes = random.mutated(samples[round % samples.count])
            guard case .request(let cookies, let service, let uri, let secret, let length) = self.read(bytes) else {
                continue
            }
            read += 1
            // One in a few: the complete parser needs a pipeline of its own each time.
            guard read.isMultiple(of: 8) else { continue }
            let head = try #require(
                try Self.parsed(Array(bytes[..<length])),
                "\(String(decoding: bytes, as: UTF8.self))"
            )
            #expect(head.uri == "/auth")
            // swift-nio leaves space at the end of a value, which is not part of it (RFC 9110 §5.5).
            func values(_ name: String) -> [String] {
                head.headers[name].map { $0.trimmingCharacters(in: .whitespaces) }
            }
            #expect(values("cookie") == cookies)
            #expect(values("x-bridge-service") == [service].compactMap(\.self))
            #expect(values("x-original-uri") == [uri].compactMap(\.self))
            #expect(values("x-bridge-proxy-secret") == [secret].compactMap(\.self))
        }
        #expect(read > 2000)
    }

    /// The head of the one request that swift-nio's parser finds in the bytes; `nil` if it finds another number of them.
    private static func parsed(_ bytes: [UInt8]) throws -> HTTPRequestHead? {
        let channel = EmbeddedChannel(
            handler: ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes))
        )
        defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
        try channel.writeInbound(ByteBuffer(bytes: bytes))
        var heads: [HTTPRequestHead] = []
        var ends = 0
        while let part = try channel.readInbound(as: HTTPServerRequestPart.self) {
            switch part {
            case .head(let head): heads.append(head)
            case .body: return nil
            case .end: ends += 1
            }
        }
        return heads.count == 1 && ends == 1 ? heads[0] : nil
    }
}
