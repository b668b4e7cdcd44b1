import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@testable import BridgeServer

@Suite("What a browser's request says of itself")
struct BrowserRequestTests {
    private func request(_ fields: [String: String]) throws -> BrowserRequest {
        var headers: HTTPFields = [:]
        for (name, value) in fields { headers[try #require(HTTPField.Name(name))] = value }
        let head = HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/", headerFields: headers)
        return BrowserRequest(Request(head: head, body: .init(buffer: ByteBuffer())))
    }

    private static let tls = ["X-Forwarded-Proto": "https", "X-Forwarded-Host": "cloud.example.org"]
    private static let plain = ["X-Forwarded-Proto": "http", "X-Forwarded-Host": "127.0.0.1:8088"]

    private func request(_ base: [String: String], _ more: [String: String]) throws -> BrowserRequest {
        try request(base.merging(more) { $1 })
    }

    @Test("a person's own navigation is one")
    func navigation() throws {
        #expect(try request(Self.tls, ["Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"]).isNavigation)
        #expect(try request(Self.tls, ["Sec-Fetch-Mode": "navigate"]).isNavigation)
        #expect(try request(Self.plain, ["Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"]).isNavigation)
    }

    @Test(
        "a script, a frame or an image is none",
        arguments: [
            ("cors", "empty"), ("no-cors", "image"), ("same-origin", "empty"), ("navigate", "iframe"),
            ("navigate", "embed"),
            ("navigate", "object"), ("navigate", "frame"), ("websocket", "websocket"), ("", ""),
            ("Navigate", "document"),
        ]
    )
    func noNavigation(mode: String, destination: String) throws {
        let fields = ["Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": destination]
        #expect(try !request(Self.tls, fields).isNavigation)
        #expect(try !request(Self.plain, fields).isNavigation)
    }

    @Test("a browser that says nothing is believed without TLS only, where browsers say nothing")
    func silent() throws {
        #expect(try !request(Self.tls, [:]).isNavigation)
        #expect(try request(Self.plain, [:]).isNavigation)
    }

    @Test("a form of our own page is one")
    func sameOrigin() throws {
        let site = ["Sec-Fetch-Site": "same-origin", "Origin": "https://cloud.example.org"]
        #expect(try request(Self.tls, site).isSameOriginForm)
        #expect(try request(Self.plain, ["Origin": "http://127.0.0.1:8088"]).isSameOriginForm)
        #expect(try request(Self.tls, [:]).isSameOriginForm)
    }

    @Test(
        "a form of another site is none",
        arguments: [
            ("Origin", "https://evil.com"), ("Origin", "null"), ("Origin", "http://cloud.example.org"),
            ("Origin", "https://cloud.example.org:8443"), ("Origin", "https://cloud.example.org.evil.com"),
            ("Origin", ""),
            ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site"), ("Sec-Fetch-Site", "none"),
            ("Sec-Fetch-Site", "Same-Origin"),
        ]
    )
    func crossSite(name: String, value: String) throws {
        #expect(try !request(Self.tls, [name: value]).isSameOriginForm)
    }

    @Test("where TLS ends in front of nginx, a form of our own page is one all the same")
    func earlyTLS() throws {
        let sent = ["Sec-Fetch-Site": "same-origin", "Origin": "https://127.0.0.1:8088"]
        #expect(try request(Self.plain, sent).isSameOriginForm)
        let other = ["Sec-Fetch-Site": "same-origin", "Origin": "https://evil.com"]
        #expect(try !request(Self.plain, other).isSameOriginForm)
    }

    @Test("an Origin that meets an unknown origin of ours is another one")
    func unknownOrigin() throws {
        for fields in [[:], ["X-Forwarded-Proto": "https"], ["X-Forwarded-Proto": "ftp", "X-Forwarded-Host": "x"]] {
            let request = try request(fields, ["Origin": "https://cloud.example.org"])
            #expect(request.origin == nil)
            #expect(!request.isSameOriginForm)
        }
    }

    @Test(
        "a host that is none makes no origin",
        arguments: ["", "a b", "a/b", "a@b", "a\\b", "ä", "a,b", "a%b", String(repeating: "a", count: 256)]
    )
    func badHost(host: String) throws {
        #expect(try request(["X-Forwarded-Proto": "https", "X-Forwarded-Host": host]).origin == nil)
    }

    @Test(
        "an address that is none is nobody's, and never somebody else's",
        arguments: ["", "a", "1.2.3", "1.2.3.4, 5.6.7.8"]
    )
    func badAddress(text: String) throws {
        #expect(try request(["X-Real-IP": text]).client == nil)
        #expect(try request(["X-Real-IP": "192.0.2.7", "X-Forwarded-For": text]).client?.description == "192.0.2.7")
    }

    @Test("the name of a browser is cut")
    func userAgent() throws {
        #expect(try request(["User-Agent": String(repeating: "x", count: 5000)]).userAgent.count == 256)
    }
}
