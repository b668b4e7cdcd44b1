import HTTPTypes
import Hummingbird
import Testing

@testable import BridgeServer

@Suite("Routes")
struct RouteTableTests {
    private static let everything: [HTTPRequest.Method] = [
        .get, .head, .post, .put, .patch, .delete, .options, .trace, .connect, .init("FOO") ?? .trace,
    ]

    private static let nowhere = [
        "/people/", "/people/alice", "/portal/", "/nope", "/auth/", "/auth/..", "/auth/nope", "/AUTH", "/auth%2f",
        "/%61uth/x", "/login/", "/login/nope",
        "/static/",
        "/static/../login", "/api", "/api/v1", "/api/v1/authenticate", "/api/v1/sessions/introspect",
        "/api/v1/sessions/end",
        "/api/v1/revocations", "/api/v1/users/alice", "/api/v1/users/alice/spawn", "/healthz", "/readyz", "/metrics",
        "/.well-known/x", "//", "/\\", "/%00", "/api/v1/me/usage/x",
    ]

    @Test("on nginx's listener nothing but its own addresses answers, with a session or without", arguments: nowhere)
    func unknown(path: String) async throws {
        let bridge = try await TestBridge()
        let browser = Browser(bridge)
        let stranger = Browser(bridge)
        try await browser.signIn("ada")
        for method in Self.everything {
            for reply in [try await browser.open(path, method: method), try await stranger.open(path, method: method)] {
                #expect((400...499).contains(reply.status), "\(method) \(path) \(reply.status)")
            }
        }
    }

    @Test(
        "a wrong method is told from a wrong address, with the right ones",
        arguments: [
            ("/login", "GET, HEAD, POST"), ("/logout", "POST"), ("/auth", "GET, HEAD"), ("/account", "GET, HEAD"),
            ("/login/answer", "POST"), ("/login/service/jupyterhub", "GET, HEAD"), ("/api/v1/me", "GET, HEAD"),
            ("/api/v1/me/sessions/x", "DELETE"), ("/api/v1/sessions/x", "DELETE"),
        ]
    )
    func wrongMethod(path: String, allowed: String) async throws {
        let bridge = try await TestBridge()
        let browser = Browser(bridge)
        for method in [HTTPRequest.Method.put, .patch, .options, .delete] where !allowed.contains(method.rawValue) {
            let reply = try await browser.open(path, method: method)
            #expect(reply.status == 405)
            #expect(reply.headers[.allow] == allowed)
        }
    }

    @Test(
        "HEAD is answered as GET is",
        arguments: ["/login", "/account", "/openapi.yaml", "/api/v1/me", "/auth", "/", "/people", "/nope"]
    )
    func head(path: String) async throws {
        let browser = Browser(try await TestBridge())
        let head = try await browser.open(path, method: .head)
        #expect(head.status == (try await browser.open(path).status))
    }

    @Test("an error is a page for a person, and a problem document for a program")
    func errors() async throws {
        let browser = Browser(try await TestBridge())
        let page = try await browser.open("/nope")
        #expect(page.headers[.contentType]?.hasPrefix("text/html") == true)
        let document = try await browser.fetch("/api/v1/nope")
        #expect(document.headers[.contentType] == "application/problem+json")
        #expect(document.problem == "not-found")
        #expect(document["status"] as? Int == 404)
        #expect(document["title"] as? String == "Not Found")
    }

    @Test("every kind of problem has a name of its own that is fit for a URN")
    func kinds() {
        let names = Problem.Kind.allCases.map(\.rawValue)
        #expect(Set(names).count == names.count)
        #expect(names.allSatisfy { $0.wholeMatch(of: /[a-z][a-z-]*/) != nil })
    }

    @Test("where nginx must prove itself, no route answers to anybody else")
    func proxySecret() async throws {
        let bridge = try await TestBridge(proxySecret: "0123456789abcdef")
        let browser = Browser(bridge)
        for path in ["/login", "/auth", "/account", "/openapi.yaml", "/static/bridge.css", "/api/v1/me", "/nope"] {
            for secret in ["", "0123456789abcde", "0123456789abcdef0"] {
                #expect(try await browser.open(path, ["X-Bridge-Proxy-Secret": secret]).status == 403)
            }
        }
        #expect(try await browser.open("/login", ["X-Bridge-Proxy-Secret": "0123456789abcdef"]).status == 200)
    }

    @Test("/auth gives the same verdicts to requests that nginx would not write")
    func slowAuth() async throws {
        let bridge = try await TestBridge()
        let browser = Browser(bridge)
        let hub = ["X-Bridge-Service": "jupyterhub"]
        let stranger = try await browser.open("/auth", hub.merging(["X-Original-URI": "/jupyter/?a=1"]) { $1 })
        #expect(stranger.status == 401)
        #expect(stranger.location == "/login?rd=/jupyter/%3Fa%3D1")
        try await browser.signIn("alice")
        let allowed = try await browser.open("/auth", hub)
        #expect(allowed.status == 200)
        #expect(allowed.headers[values: .init("Remote-User") ?? .accept] == ["alice"])
        #expect(allowed.body.isEmpty)
        #expect(try await browser.open("/auth").status == 403)
        #expect(try await browser.open("/auth", ["X-Bridge-Service": "portainer"]).status == 403)
        #expect(try await browser.open("/auth", ["X-Bridge-Service": "nope"]).status == 403)
        bridge.parts.gate.isOpen = false
        #expect(try await browser.open("/auth", hub).status == 403)
    }
}
