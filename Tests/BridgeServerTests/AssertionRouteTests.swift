import Identity
import Testing

@testable import BridgeServer

@Suite("Bringing a signed-in browser to a service")
struct AssertionRouteTests {
    private let bridge: TestBridge
    private static let state = "state-0123456789abcdef"

    init() async throws { bridge = try await TestBridge() }

    private func assertion(for service: String = "jupyterhub", state: String = state, browser: Browser) async throws
        -> String
    {
        let reply = try await browser.open("/login/service/\(service)?state=\(state)&next=/jupyter/hub/home")
        #expect(reply.status == 303)
        let location = try #require(reply.location)
        #expect(location.hasPrefix("/jupyter/hub/diycloud-login?assertion="))
        #expect(location.hasSuffix("&state=\(state)&next=/jupyter/hub/home"))
        return try #require(location.firstMatch(of: /assertion=([^&]*)/)).1.description
    }

    private func redeem(_ assertion: String, state: String = state, token: String = TestBridge.hubToken) async throws
        -> Reply
    {
        try await bridge.ask(
            .post,
            "/api/v1/sessions/introspect",
            token: token,
            json: #"{"assertion":"\#(assertion)","state":"\#(state)"}"#
        )
    }

    private func signedIn(_ name: String = "alice") async throws -> Browser {
        let browser = Browser(bridge)
        try await browser.signIn(name)
        return browser
    }

    @Test("an assertion is good once, and says who that is and which session")
    func assertionOnce() async throws {
        let text = try await assertion(browser: signedIn())
        let reply = try await redeem(text)
        #expect(reply["active"] as? Bool == true)
        #expect((reply["user"] as? [String: Any])?["name"] as? String == "alice")
        let session = try #require(await bridge.register.all().first)
        #expect((reply["session"] as? [String: Any])?["id"] as? String == session.id.rawValue)
        #expect(try await redeem(text).body == #"{"active":false}"#)
    }

    @Test("a wrong state or another service burns it")
    func assertionBurns() async throws {
        let browser = try await signedIn()
        let first = try await assertion(browser: browser)
        #expect(try await redeem(first, state: "another-state-0123456789")["active"] as? Bool == false)
        #expect(try await redeem(first)["active"] as? Bool == false)
        let second = try await assertion(browser: browser)
        #expect(try await redeem(second, token: TestBridge.toolToken)["active"] as? Bool == false)
        #expect(try await redeem(second)["active"] as? Bool == false)
        for wrong in ["", "x", String(repeating: "A", count: 43)] {
            #expect(try await redeem(wrong)["active"] as? Bool == false)
        }
    }

    @Test("an assertion is good for half a minute")
    func assertionExpires() async throws {
        let session = try await bridge.session("alice").session
        let name = try #require(ServiceName("jupyterhub"))
        let late = try await bridge.parts.assertions.issue(
            session: session.id,
            audience: name,
            state: Self.state,
            now: .now - 31
        )
        let early = try await bridge.parts.assertions.issue(
            session: session.id,
            audience: name,
            state: Self.state,
            now: .now - 5
        )
        #expect(try await redeem(late)["active"] as? Bool == false)
        #expect(try await redeem(early)["active"] as? Bool == true)
    }

    @Test(
        "the assertion of a session that has ended meanwhile is nobody's, and so is everybody's while the store is away"
    )
    func assertionOfNobody() async throws {
        let browser = try await signedIn()
        let first = try await assertion(browser: browser)
        let second = try await assertion(browser: browser)
        bridge.parts.gate.isOpen = false
        #expect(try await redeem(first)["active"] as? Bool == false)
        bridge.parts.gate.isOpen = true
        let session = try #require(await bridge.register.all().first)
        try await bridge.register.end(id: session.id, reason: .revoked, now: .now)
        #expect(try await redeem(second)["active"] as? Bool == false)
    }

    @Test("a stranger is sent to sign in first, and then comes back to the same question")
    func stranger() async throws {
        let browser = Browser(bridge)
        let path = "/login/service/jupyterhub?state=\(Self.state)&next=/jupyter/hub/home"
        let reply = try await browser.open(path)
        #expect(reply.status == 303)
        let location = try #require(reply.location)
        #expect(location.hasPrefix("/login?rd=/login/service/jupyterhub%3Fstate%3D"))
        let form = try await browser.open(location)
        #expect(form.returnTo?.replacing("&amp;", with: "&") == path)
        let fields = [("username", "alice"), ("password", "correct horse"), ("csrf", form.csrf ?? ""), ("rd", path)]
        #expect(try await browser.submit("/login", fields).location == path)
        _ = try await assertion(browser: browser)
    }

    @Test("a script or a frame gets no assertion")
    func assertionForScripts() async throws {
        let browser = try await signedIn()
        let path = "/login/service/jupyterhub?state=\(Self.state)"
        #expect(try await browser.fetch(path).location == nil)
        #expect(try await browser.open(path, ["Sec-Fetch-Dest": "iframe"]).location == nil)
        #expect(try await browser.open(path, ["Sec-Fetch-Mode": "", "Sec-Fetch-Dest": ""]).location == nil)
    }

    @Test("a service that is unknown, takes no assertions or is not open to the person gives none")
    func otherServices() async throws {
        let alice = try await signedIn()
        #expect(try await alice.open("/login/service/nope?state=\(Self.state)").status == 404)
        #expect(try await alice.open("/login/service/plain?state=\(Self.state)").status == 404)
        #expect(try await alice.open("/login/service/..%2f?state=\(Self.state)").status == 404)
        #expect(try await alice.open("/login/service/portainer?state=\(Self.state)").status == 403)
        let ada = try await signedIn("ada")
        #expect(try await ada.open("/login/service/portainer?state=\(Self.state)").status == 303)
    }

    @Test(
        "a state that is none is 400",
        arguments: [
            "", "?state=", "?state=short", "?state=0123456789abcdef&state=0123456789abcdef",
            "?state=0123456789%0d%0aabcdef", "?state=\(String(repeating: "a", count: 129))",
        ]
    )
    func badState(query: String) async throws {
        #expect(try await signedIn().open("/login/service/jupyterhub\(query)").status == 400)
    }

    @Test("an evil place to go to next is home", arguments: ["//evil.com", "https://evil.com", "/%5Cevil.com"])
    func evilNext(next: String) async throws {
        var path = "/login/service/jupyterhub?state=\(Self.state)&next="
        path.appendPercentEncoded(next.utf8)
        let location = try await signedIn().open(path).location
        #expect(location?.hasSuffix("&next=/account") == true)
    }
}
