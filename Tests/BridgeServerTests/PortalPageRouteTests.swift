import Identity
import Testing

@testable import BridgeServer

@Suite("The portal and the page of people")
struct PortalPageRouteTests {
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

    @Test("a stranger is sent to sign in, and comes back", arguments: ["/", "/people"])
    func stranger(path: String) async throws {
        let browser = Browser(bridge)
        let reply = try await browser.open(path)
        #expect(reply.status == 303)
        #expect(reply.location == "/login?rd=\(path)")
        #expect(try await browser.signIn("ada", returnTo: path).location == path)
    }

    @Test("a person sees every service, with a link to those that are open to them")
    func services() async throws {
        let page = try await alice.open("/").body
        #expect(page.contains("Welcome, alice"))
        #expect(page.contains("<a href=\"/jupyter/\">Notebooks</a>"))
        #expect(page.contains("data-service=\"portainer\" data-state=\"not-for-you\""))
        #expect(page.contains("<h3>Containers</h3>"))
        #expect(!page.contains("href=\"/people\""))
        #expect(try await ada.open("/").body.contains("href=\"/people\""))
    }

    @Test("the page of people is for administrators")
    func administrators() async throws {
        let refused = try await alice.open("/people")
        #expect(refused.status == 403)
        #expect(refused.headers[.contentType]?.hasPrefix("text/html") == true)
        #expect(!refused.body.contains("bob"))
        #expect(try await ada.open("/people").status == 200)
    }

    @Test("it lists everybody by name with their sessions, those who are switched off too")
    func list() async throws {
        let page = try await ada.open("/people").body
        let names = page.matches(of: /data-person="([a-z]+)" data-active="(true|false)"/).map { "\($0.1) \($0.2)" }
        #expect(names == ["ada true", "alice true", "bob true", "gone false"])
        let sessions = page.matches(of: /data-sessions class="mono">([0-9]+)</).map { String($0.1) }
        #expect(sessions == ["1", "1", "0", "0"])
    }

    @Test(
        "a search looks at names and mail addresses, in whatever case",
        arguments: [
            ("ALI", ["alice"]), ("example.org", ["alice"]), ("a", ["ada", "alice"]), ("%25", []), ("b'--", []),
        ]
    )
    func search(text: String, expected: [String]) async throws {
        let page = try await ada.open("/people?search=\(text)").body
        #expect(page.matches(of: /data-person="([a-z]+)"/).map { String($0.1) } == expected)
    }

    @Test("a doubtful quota is a finding of its person, with the value as it stands in the store")
    func findings() async throws {
        try bridge.file.sql(
            """
            INSERT INTO resource_allocations(user_id, cpu_limit, mem_limit) SELECT id, 1, '<b>2 elephants' FROM users WHERE username = 'bob'
            """
        )
        bridge.refresh()
        let page = try await ada.open("/people?search=bob").body
        #expect(page.contains("href=\"#findings\">1 finding</a>"))
        #expect(page.contains("&lt;b&gt;2 elephants"))
        #expect(try await !ada.open("/people?search=alice").body.contains("elephants"))
    }

    @Test("nonsense in the query is refused", arguments: ["offset=-1", "offset=x", "search=a&search=b"])
    func badQuery(query: String) async throws {
        #expect(try await ada.open("/people?\(query)").status == 400)
    }

    @Test("beyond the end the list is empty, and the page stands")
    func beyond() async throws {
        #expect(try await ada.open("/people?offset=1000000").status == 200)
    }

    @Test("only a person's own navigation gets these pages, never a script of a page of the same origin")
    func navigation() async throws {
        for path in ["/", "/people"] {
            #expect(try await ada.fetch(path).status == 403)
            #expect(try await ada.open(path, ["Sec-Fetch-Dest": "iframe"]).status == 403)
        }
    }

    @Test("their scripts are ours only: not a file of a notebook server, though it has our origin")
    func policy() async throws {
        let policy = try await ada.open("/people").headers[.contentSecurityPolicy] ?? ""
        #expect(policy.contains("script-src https://cloud.example.org/portal/;"))
        #expect(policy.hasSuffix("connect-src https://cloud.example.org/api/v1/"))
        #expect(!policy.contains("unsafe"))
        let account = try await ada.open("/account").headers[.contentSecurityPolicy] ?? ""
        #expect(!account.contains("script-src"))
        #expect(SecurityHeadersMiddleware.portalPolicy(origin: "http://[::1]:8088").contains("script-src 'self';"))
        #expect(SecurityHeadersMiddleware.portalPolicy(origin: nil).contains("script-src 'self';"))
    }

    @Test("while the service is closed nobody is shown anything, and all is there again when it opens")
    func closed() async throws {
        bridge.parts.gate.isOpen = false
        let reply = try await alice.open("/")
        #expect(reply.status == 303)
        bridge.parts.gate.isOpen = true
        #expect(try await alice.open("/").status == 200)
    }
}
