import HTTPTypes
import Identity
import PortainerSignIn
import Testing

@testable import BridgeServer

@Suite("What nginx asks for Portainer")
struct PortainerRouteTests {
    private let bridge: TestBridge
    private let mint = RoutedMint()

    init() async throws {
        // Its services give Portainer to administrators.
        bridge = try await TestBridge(portainer: mint)
        mint.desk.withLock { $0 = bridge.parts.portainer }
    }

    private func ask(_ browser: Browser, _ headers: [String: String] = [:]) async throws -> Reply {
        let usual = [
            "X-Original-Method": "GET", "X-Original-URI": "/portainer/", "Sec-Fetch-Site": "", "Sec-Fetch-Mode": "",
        ]
        return try await browser.fetch("/auth/portainer", usual.merging(headers) { $1 })
    }

    private func signedIn(_ name: String = "ada") async throws -> Browser {
        let browser = Browser(bridge)
        try await browser.signIn(name)
        return browser
    }

    @Test("whoever is signed in gets their token, the same one each time, and no body")
    func token() async throws {
        let browser = try await signedIn()
        let reply = try await ask(browser)
        #expect(reply.status == 200 && reply.body.isEmpty && reply.headers[.contentLength] == "0")
        #expect(reply.headers[.portainerToken]?.isEmpty == false)
        #expect(reply.headers[try #require(HTTPField.Name("Remote-User"))] == "ada")
        #expect(try await ask(browser).headers[.portainerToken] == reply.headers[.portainerToken])
        #expect(try bridge.auditLog().contains("token minted"))
    }

    @Test("nobody is asked to sign in, and led back")
    func nobody() async throws {
        let reply = try await ask(Browser(bridge))
        #expect(reply.status == 401)
        #expect(reply.location == "/login?rd=/portainer/")
        #expect(reply.headers[.portainerToken] == nil)
    }

    @Test("whose role may not use the service gets no token")
    func otherRole() async throws {
        let reply = try await ask(try await signedIn("alice"))
        #expect(reply.status == 403)
        #expect(reply.headers[.portainerToken] == nil && reply.headers[.bridgePortainer] == nil)
    }

    @Test("a refused token is replaced")
    func refused() async throws {
        let browser = try await signedIn()
        let first = try #require(try await ask(browser).headers[.portainerToken])
        let second = try await ask(browser, ["X-Portainer-Refused": first]).headers[.portainerToken]
        #expect(second != nil && second != first)
    }

    @Test(
        "without a token there is a reason, and never an empty token",
        arguments: [(MintFailure.unreachable("x"), "away"), (.notSetUp, "starting"), (.noAccount, "no-account")]
    )
    func absent(failure: MintFailure, word: String) async throws {
        mint.failure.withLock { $0 = failure }
        let reply = try await ask(try await signedIn())
        #expect(reply.status == 503)
        #expect(reply.headers[.bridgePortainer] == word)
        #expect(reply.headers[.portainerToken] == nil)
    }

    @Test("where there is no Portainer it is away")
    func none() async throws {
        let other = try await TestBridge()
        let browser = Browser(other)
        try await browser.signIn("ada")
        let reply = try await browser.fetch("/auth/portainer", ["X-Original-Method": "GET"])
        #expect(reply.status == 503 && reply.headers[.bridgePortainer] == "away")
    }

    private static let site = Browser.site

    @Test(
        "a change must be the doing of a page of this site",
        arguments: [
            ("GET", "", "cross-site", "", true), ("GET", "https://evil.example", "", "", true),
            ("HEAD", "", "", "", true), ("OPTIONS", "", "", "", true),
            ("POST", "", "", "", false), ("post", "", "", "", false), ("", "", "", "", false),
            ("get", "", "", "", false),
            ("POST", "", "same-origin", "", true), ("POST", "", "none", "", true),
            ("POST", site, "same-origin", "", true), ("POST", site, "", "", true), ("DELETE", site, "none", "", true),
            ("POST", "", "same-site", "", false), ("POST", "", "cross-site", "", false),
            ("POST", site, "cross-site", "", false), ("POST", "null", "", "", false),
            ("POST", "https://evil.example", "same-origin", "", false),
            ("POST", "http://cloud.example.org", "", "", false),
            ("POST", "https://cloud.example.org.evil.example", "", "", false),
            ("POST", "https://cloud.example.org:8443", "same-origin", "", false),
            ("GET", "https://evil.example", "", "websocket", false), ("GET", "", "cross-site", "websocket", false),
            ("GET", site, "", "websocket", true), ("GET", "", "", "websocket", true),
        ]
    )
    func sites(method: String, origin: String, fetchSite: String, upgrade: String, isOwn: Bool) async throws {
        let reply = try await ask(
            try await signedIn(),
            [
                "X-Original-Method": method, "Origin": origin, "Sec-Fetch-Site": fetchSite,
                "X-Original-Upgrade": upgrade,
            ]
        )
        #expect(reply.status == (isOwn ? 200 : 403))
        #expect(reply.headers[.bridgePortainer] == (isOwn ? nil : "cross-site"))
    }

    @Test("who is switched off is out, and their token with them")
    func switchedOff() async throws {
        let browser = try await signedIn()
        _ = try await ask(browser)
        try await bridge.register.endAll(of: try UserName("ada"), reason: .disabled, now: .now)
        #expect(try await ask(browser).status == 401)
        #expect(await bridge.parts.portainer?.tokens.names == [])
    }

    @Test("Portainer's sign-out ends the session, and only a page of this site can ask for it")
    func signOut() async throws {
        let browser = try await signedIn()
        let path = "/portainer/api/auth/logout"
        let foreign = try await browser.fetch(path, method: .post, ["Sec-Fetch-Site": "cross-site"])
        #expect(foreign.status == 403 && foreign.problem == "cross-site-request")
        #expect(try await browser.fetch(path, method: .post, ["Sec-Fetch-Site": ""]).status == 403)
        #expect(try await ask(browser).status == 200)
        let reply = try await browser.fetch(path, method: .post, ["Origin": Self.site])
        #expect(reply.status == 204 && reply.body.isEmpty)
        #expect(browser.sessionCookie == nil)
        #expect(try await ask(browser).status == 401)
        #expect(try await browser.fetch(path, method: .post).status == 204)
        #expect(try await browser.fetch(path).status == 405)
    }
}
