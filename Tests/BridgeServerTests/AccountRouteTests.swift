import HTTPTypes
import Identity
import Sessions
import Testing

@testable import BridgeServer

@Suite("The account page, sessions and signing out")
struct AccountRouteTests {
    @Test("a stranger is sent to sign in, and comes back")
    func stranger() async throws {
        let bridge = try await TestBridge()
        let reply = try await Browser(bridge).open("/account")
        #expect(reply.status == 303)
        #expect(reply.location == "/login?rd=/account")
    }

    @Test("signing out ends the session at once, for every copy of the cookie, and clears it")
    func signOut() async throws {
        let bridge = try await TestBridge()
        let browser = Browser(bridge)
        try await browser.signIn("alice")
        let thief = Browser(bridge)
        thief.setCookie(Browser.sessionCookie, browser.sessionCookie)
        #expect(try await thief.fetch("/api/v1/me").status == 200)
        let reply = try await browser.submit("/logout", [("csrf", try await browser.csrf())])
        #expect(reply.status == 303)
        #expect(reply.location == "/login?signed_out=1")
        #expect(browser.sessionCookie == nil)
        #expect(try await thief.fetch("/api/v1/me").status == 401)
        #expect(await bridge.register.count == 0)
        #expect(try bridge.auditLog().contains("\"kind\":\"sign-out\""))
    }

    @Test("nobody else can sign a person out: the session stays, and so does the cookie")
    func foreignSignOut() async throws {
        let bridge = try await TestBridge()
        let browser = Browser(bridge)
        try await browser.signIn("alice")
        let csrf = try await browser.csrf()
        #expect(try await browser.submit("/logout", []).status == 403)
        #expect(try await browser.submit("/logout", [("csrf", "x")]).status == 403)
        #expect(try await browser.submit("/logout", [("csrf", csrf)], ["Origin": "https://evil.com"]).status == 403)
        #expect(try await browser.open("/logout").status == 405)
        #expect(browser.sessionCookie != nil)
        #expect(await bridge.register.count == 1)
    }

    @Test("another site's form, which comes without the SameSite cookie, does not make the browser forget its session")
    func crossSiteSignOut() async throws {
        let bridge = try await TestBridge()
        let stranger = Browser(bridge)
        let headers = ["Origin": "https://evil.com", "Sec-Fetch-Site": "cross-site"]
        #expect(try await stranger.submit("/logout", [], headers).cookies.isEmpty)
    }

    @Test("who is out already is told so, and loses what is left of the cookie")
    func signOutTwice() async throws {
        let bridge = try await TestBridge()
        let browser = Browser(bridge)
        browser.setCookie(Browser.sessionCookie, String(repeating: "A", count: 43))
        let reply = try await browser.submit("/logout", [("csrf", "stale")])
        #expect(reply.status == 303)
        #expect(browser.sessionCookie == nil)
        #expect(try await browser.open("/login?signed_out=1").status == 200)
    }

    @Test("signing out counts while the store is away: the session does not come back with the store")
    func signOutWhileClosed() async throws {
        let bridge = try await TestBridge()
        let browser = Browser(bridge)
        try await browser.signIn("alice")
        let csrf = try await browser.csrf()
        bridge.parts.gate.isOpen = false
        let thief = Browser(bridge)
        thief.setCookie(Browser.sessionCookie, browser.sessionCookie)
        #expect(try await browser.submit("/logout", [("csrf", csrf)]).status == 303)
        bridge.parts.gate.isOpen = true
        #expect(try await thief.fetch("/api/v1/me").status == 401)
    }

    @Test("a person ends one of their sessions, or all others; somebody else's is untouched")
    func endSessions() async throws {
        let bridge = try await TestBridge()
        let browser = Browser(bridge)
        try await browser.signIn("alice")
        let first = try await bridge.session("alice").session
        let second = try await bridge.session("alice").session
        let bobs = try await bridge.session("bob").session
        let csrf = try await browser.csrf()
        let one = [("csrf", csrf), ("session", first.id.rawValue)]
        #expect(try await browser.submit("/account/sessions/end", one).location == "/account")
        #expect(first.isOver)
        #expect(!second.isOver)
        _ = try await browser.submit("/account/sessions/end", [("csrf", csrf), ("session", bobs.id.rawValue)])
        #expect(!bobs.isOver)
        _ = try await browser.submit("/account/sessions/end", [("csrf", csrf), ("session", "others")])
        #expect(second.isOver)
        #expect(try await browser.fetch("/api/v1/me").status == 200)
        #expect(try await browser.submit("/account/sessions/end", [("session", "others")]).status == 403)
        #expect(try await Browser(bridge).submit("/account/sessions/end", [("csrf", csrf)]).status == 401)
    }
}

@Suite("What the portal page asks")
struct PersonRouteTests {
    private let bridge: TestBridge
    private let alice: Browser
    private let ada: Browser

    init() async throws {
        bridge = try await TestBridge()
        alice = Browser(bridge)
        ada = Browser(bridge)
        try await alice.signIn("alice")
        try await ada.signIn("ada")
    }

    private static let paths = ["/api/v1/me", "/api/v1/services", "/api/v1/me/sessions", "/api/v1/sessions"]

    @Test("a stranger is told 401 as a problem document, never a redirect", arguments: paths)
    func stranger(path: String) async throws {
        let reply = try await Browser(bridge).fetch(path)
        #expect(reply.status == 401)
        #expect(reply.problem == "not-signed-in")
        #expect(reply.headers[.contentType] == "application/problem+json")
    }

    @Test("a person sees themselves, and neither a token nor a hash")
    func me() async throws {
        let reply = try await alice.fetch("/api/v1/me")
        #expect(reply.status == 200)
        let user = reply["user"] as? [String: Any]
        #expect(user?["name"] as? String == "alice")
        #expect(user?["email"] as? String == "alice@example.org")
        #expect(user?["admin"] as? Bool == false)
        #expect(!reply.body.contains(try #require(alice.sessionCookie)))
        #expect(try await ada.fetch("/api/v1/me").body.contains("\"email\":null"))
    }

    @Test("each role sees which services are its own")
    func services() async throws {
        func names(_ browser: Browser) async throws -> [String] {
            let services = try await browser.fetch("/api/v1/services")["services"] as? [[String: Any]]
            return services?.filter { $0["state"] as? String != "not-for-you" }.compactMap { $0["name"] as? String }
                ?? []
        }
        #expect(try await names(alice) == ["jupyterhub", "plain"])
        #expect(try await names(ada) == ["jupyterhub", "plain", "portainer"])
    }

    @Test("somebody else's session does not exist for a person; an own one ends")
    func endOwn() async throws {
        let bobs = try await bridge.session("bob").session
        let own = try await bridge.session("alice").session
        let token = ["X-CSRF-Token": try await alice.csrf()]
        let foreign = try await alice.fetch("/api/v1/me/sessions/\(bobs.id)", method: .delete, token)
        let missing = try await alice.fetch("/api/v1/me/sessions/\(SessionID.random())", method: .delete, token)
        #expect(foreign.status == 404)
        #expect(foreign.body == missing.body)
        #expect(try await alice.fetch("/api/v1/me/sessions/x", method: .delete, token).status == 404)
        #expect(!bobs.isOver)
        #expect(try await alice.fetch("/api/v1/me/sessions/\(own.id)", method: .delete, token).status == 204)
        #expect(own.isOver)
        #expect(try await alice.fetch("/api/v1/me/sessions/\(own.id)", method: .delete, token).status == 404)
    }

    @Test("ending a session needs the token of our own page, the administrator's too")
    func csrf() async throws {
        let own = try await bridge.session("alice").session
        let foreign = ["X-CSRF-Token": try await ada.csrf()]
        for token in [[:], ["X-CSRF-Token": "x"], foreign] {
            #expect(try await alice.fetch("/api/v1/me/sessions/\(own.id)", method: .delete, token).status == 403)
            guard token != foreign else { continue }
            #expect(try await ada.fetch("/api/v1/sessions/\(own.id)", method: .delete, token).status == 403)
        }
        #expect(!own.isOver)
    }

    @Test("what administrators may is 403 for users, and an administrator's end of a session is in the audit log")
    func administrators() async throws {
        let session = try await bridge.session("bob").session
        let token = ["X-CSRF-Token": try await alice.csrf()]
        #expect(try await alice.fetch("/api/v1/sessions").status == 403)
        #expect(try await alice.fetch("/api/v1/sessions/\(session.id)", method: .delete, token).status == 403)
        #expect(try await alice.fetch("/api/v1/sessions/\(SessionID.random())", method: .delete, token).status == 403)

        #expect((try await ada.fetch("/api/v1/sessions")["sessions"] as? [Any])?.count == 3)
        #expect((try await ada.fetch("/api/v1/sessions?user=bob")["sessions"] as? [Any])?.count == 1)
        #expect((try await ada.fetch("/api/v1/sessions?user=root%0a")["sessions"] as? [Any])?.count == 0)
        #expect(try await ada.fetch("/api/v1/sessions?user=bob&user=ada").status == 400)
        let own = ["X-CSRF-Token": try await ada.csrf()]
        #expect(try await ada.fetch("/api/v1/sessions/\(session.id)", method: .delete, own).status == 204)
        #expect(session.isOver)
        #expect(try bridge.auditLog().contains("\"actor\":\"ada\",\"reason\":\"revoked\""))
    }

    @Test("nobody changes themselves: there is no such route")
    func massAssignment() async throws {
        for method in [HTTPRequest.Method.patch, .put, .post] {
            let reply = try await alice.fetch("/api/v1/me", method: method)
            #expect(reply.status == 405)
            #expect(reply.headers[.allow] == "GET, HEAD")
        }
    }
}
