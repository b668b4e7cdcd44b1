import Identity
import PAMProtocol
import Sessions
import TestSupport
import Testing

@testable import BridgeServer

@Suite("The sign-in page")
struct SignInRouteTests {
    @Test("a right password opens a session: its cookie, its page, its line in the audit log")
    func story() async throws {
        let bridge = try await TestBridge()
        let browser = Browser(bridge)
        let reply = try await browser.signIn("alice", returnTo: "/jupyter/")
        #expect(reply.status == 303)
        #expect(reply.location == "/jupyter/")
        #expect(reply.headers[.cacheControl] == "no-store")
        let line = try #require(reply.cookies.first { $0.hasPrefix("__Host-diycloud=") })
        #expect(
            line.wholeMatch(of: /__Host-diycloud=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure/) != nil
        )
        #expect(reply.cookies.contains("__Host-diycloud-login=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0"))

        let page = try await browser.open("/account")
        #expect(page.status == 200)
        #expect(page.body.contains("alice"))
        let log = try bridge.auditLog()
        #expect(log.contains("\"kind\":\"sign-in\""))
        #expect(!log.contains("correct horse"))
        #expect(!log.contains(try #require(browser.sessionCookie)))
    }

    @Test("without TLS the cookies have no prefix and are not marked secure")
    func plain() async throws {
        let bridge = try await TestBridge("session: {secure: false}")
        let browser = Browser(bridge)
        let http = ["X-Forwarded-Proto": "http", "Sec-Fetch-Mode": "", "Sec-Fetch-Dest": "", "Sec-Fetch-Site": ""]
        let page = try await browser.open("/login", http)
        let fields = [("username", "alice"), ("password", "correct horse"), ("csrf", page.csrf ?? "")]
        let reply = try await browser.submit(
            "/login",
            fields,
            http.merging(["Origin": "http://cloud.example.org"]) { $1 }
        )
        #expect(reply.status == 303)
        #expect(reply.cookies.contains { $0.hasPrefix("diycloud=") && !$0.contains("Secure") })
    }

    @Test(
        "a session cookie that somebody chose is never the one of the session, and a form cookie does not outlive the sign-in"
    )
    func fixation() async throws {
        let bridge = try await TestBridge()
        let browser = Browser(bridge)
        let chosen = String(repeating: "A", count: 43)
        browser.setCookie(Browser.sessionCookie, chosen)
        try await browser.signIn("alice")
        #expect(browser.sessionCookie != chosen)
        #expect(browser.cookies[Browser.signInCookie] == nil)
        browser.setCookie(Browser.sessionCookie, chosen)
        #expect(try await browser.fetch("/api/v1/me").status == 401)
    }

    @Test("signing in again ends the session before, whoever had it")
    func again() async throws {
        let bridge = try await TestBridge()
        let browser = Browser(bridge)
        try await browser.signIn("alice")
        let first = browser.sessionCookie
        let page = try await browser.open("/account")
        #expect(page.status == 200)
        // The form is not shown to somebody who is signed in, so it must come from before.
        let other = Browser(bridge)
        let form = try await other.open("/login")
        browser.setCookie(Browser.signInCookie, other.cookies[Browser.signInCookie])
        let fields = [("username", "bob"), ("password", "correct horse"), ("csrf", form.csrf ?? "")]
        #expect(try await browser.submit("/login", fields).status == 303)
        #expect(browser.sessionCookie != first)
        #expect(await bridge.register.all().map(\.principal.name.rawValue) == ["bob"])
    }

    @Test("refused is refused: unknown, wrong, disabled, system, impossible and banned give the same bytes")
    func sameAnswer() async throws {
        let bridge = try await TestBridge()
        for _ in 0..<5 { try await Browser(bridge).signIn("bob", "wrong") }
        let attempts = [
            ("nobody-knows", "correct horse"), ("alice", "wrong"), ("gone", "correct horse"), ("root", "correct horse"),
            ("bob", "correct horse"), ("", ""), ("alice", ""), ("alice", "correct\0horse"), ("../x", "x"),
            ("alice", String(repeating: "x", count: 600)), ("a\r\nb", "x"), (String(repeating: "a", count: 5000), "x"),
        ]
        var answers: Set<String> = []
        for (name, password) in attempts {
            let reply = try await Browser(bridge).signIn(name, password)
            #expect(reply.status == 401)
            #expect(reply.cookies.isEmpty)
            answers.insert("\(reply.headers)\(reply.withoutToken)")
        }
        #expect(answers.count == 1)
        #expect(await bridge.register.count == 0)
    }

    @Test("a refusal keeps where the person wanted to go, and nothing of what they typed")
    func refusalPage() async throws {
        let bridge = try await TestBridge()
        let reply = try await Browser(bridge).signIn("alice", "hunter2-hunter2", returnTo: "/jupyter/")
        #expect(reply.returnTo == "/jupyter/")
        #expect(!reply.body.contains("hunter2"))
        #expect(!reply.body.contains("value=\"alice\""))
    }

    @Test("a form without its cookie or token, or with another browser's, is refused before the password is looked at")
    func loginCSRF() async throws {
        let bridge = try await TestBridge()
        let other = try #require(try await Browser(bridge).open("/login").csrf)
        let tokens = ["", "x", other, String(repeating: "A", count: 43)]
        for token in tokens {
            let browser = Browser(bridge)
            _ = try await browser.open("/login")
            let fields = [("username", "alice"), ("password", "correct horse"), ("csrf", token)]
            #expect(try await browser.submit("/login", fields).status == 403)
        }
        let page = try await Browser(bridge).open("/login")
        let stranger = Browser(bridge)
        let fields = [("username", "alice"), ("password", "correct horse"), ("csrf", page.csrf ?? "")]
        #expect(try await stranger.submit("/login", fields).status == 403)
        let browser = Browser(bridge)
        let own = try #require(try await browser.open("/login").csrf)
        let twice = [("username", "alice"), ("password", "correct horse"), ("csrf", own), ("csrf", own)]
        #expect(try await browser.submit("/login", twice).status == 403)
        #expect(await bridge.register.count == 0)
        #expect((try? bridge.auditLog()) == nil)
    }

    @Test(
        "a form that another site sends is refused even with cookie and token",
        arguments: [
            ["Origin": "https://evil.com"], ["Origin": "null"], ["Sec-Fetch-Site": "cross-site"],
            ["Sec-Fetch-Site": "same-site"],
            ["Origin": "https://cloud.example.org.evil.com"], ["Origin": "https://cloud.example.org:8443"],
        ]
    )
    func crossSite(headers: [String: String]) async throws {
        let bridge = try await TestBridge()
        let browser = Browser(bridge)
        let page = try await browser.open("/login")
        let fields = [("username", "alice"), ("password", "correct horse"), ("csrf", page.csrf ?? "")]
        #expect(try await browser.submit("/login", fields, headers).status == 403)
        #expect(await bridge.register.count == 0)
    }

    @Test(
        "a script of a notebook page cannot read the form's token",
        arguments: ["/login", "/account", "/login?signed_out=1"]
    )
    func scripts(path: String) async throws {
        let bridge = try await TestBridge()
        let browser = Browser(bridge)
        try await browser.signIn("alice")
        let reply = try await browser.fetch(path)
        #expect(reply.status == 403)
        #expect(reply.csrf == nil)
        let frame = try await browser.open(path, ["Sec-Fetch-Dest": "iframe"])
        #expect(frame.status == 403)
    }

    @Test("bodies that are no such form are refused")
    func bodies() async throws {
        let bridge = try await TestBridge()
        let browser = Browser(bridge)
        let csrf = try #require(try await browser.open("/login").csrf)
        let fields = [("username", "alice"), ("password", "correct horse"), ("csrf", csrf)]
        for type in ["application/json", "multipart/form-data; boundary=x", "text/plain", ""] {
            #expect(try await browser.submit("/login", fields, ["Content-Type": type]).status == 415)
        }
        let large = fields + [("x", String(repeating: "x", count: 100 * 1024))]
        #expect(try await browser.submit("/login", large).status == 413)
        #expect(
            try await browser.submit(
                "/login",
                fields,
                ["Content-Type": "Application/X-WWW-Form-Urlencoded; charset=utf-8"]
            ).status == 303
        )
    }

    @Test("while the store cannot be read the answer is \"try again later\", for right and wrong passwords alike")
    func storeAway() async throws {
        let bridge = try await TestBridge()
        try bridge.file.sql("DROP TABLE users")
        bridge.refresh()
        for password in ["correct horse", "wrong"] {
            let reply = try await Browser(bridge).signIn("alice", password)
            #expect(reply.status == 503)
            #expect(reply.headers[.retryAfter] == "10")
            #expect(reply.cookies.isEmpty)
        }
    }

    @Test("every page forbids scripts, frames, sniffing and keeping")
    func headers() async throws {
        let bridge = try await TestBridge()
        let browser = Browser(bridge)
        for path in ["/login", "/nope", "/login?signed_out=1"] {
            let headers = try await browser.open(path).headers
            let policy = try #require(headers[.contentSecurityPolicy])
            #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
            #expect(!policy.contains("script-src") && !policy.contains("unsafe"))
            #expect(headers[.xContentTypeOptions] == "nosniff")
            #expect(headers[.frameOptions] == "DENY")
            #expect(headers[.cacheControl] == "no-store")
            #expect(headers[.openerPolicy] == "same-origin")
        }
    }
}

@Suite("Questions after the password")
struct ChallengeRouteTests {
    private static let script: ScriptedWorker.Script = { request in
        if case .begin = request {
            .step(.questions([Question(kind: .hidden, text: "Code <b>:")], purpose: .authentication))
        } else {
            .step(.finished(.refused(code: 7, phase: .authentication), notices: []))
        }
    }

    @Test("they are shown as text, answered once, and a wrong answer is the usual refusal")
    func story() async throws {
        let bridge = try await TestBridge(script: Self.script)
        let browser = Browser(bridge)
        let page = try await browser.signIn("nobody-knows")
        #expect(page.status == 200)
        #expect(page.body.contains("Code &lt;b&gt;"))
        let fields = [("csrf", page.csrf ?? ""), ("conversation", page.conversation ?? ""), ("answer", "123456")]
        #expect(try await browser.submit("/login/answer", fields).status == 401)
        #expect(try await browser.submit("/login/answer", fields).status == 410)
    }

    @Test("another browser cannot answer them, with its own token or with a borrowed one")
    func binding() async throws {
        let bridge = try await TestBridge(script: Self.script)
        let browser = Browser(bridge)
        let page = try await browser.signIn("nobody-knows")
        let thief = Browser(bridge)
        let own = try await thief.open("/login").csrf ?? ""
        let conversation = page.conversation ?? ""
        let borrowed = [("csrf", page.csrf ?? ""), ("conversation", conversation), ("answer", "1")]
        #expect(try await thief.submit("/login/answer", borrowed).status == 403)
        let stolen = [("csrf", own), ("conversation", conversation), ("answer", "1")]
        #expect(try await thief.submit("/login/answer", stolen).status == 410)
        // The theft ended it.
        #expect(try await browser.submit("/login/answer", borrowed).status == 410)
    }

    @Test("a service cannot answer a browser's questions, nor another service's")
    func services() async throws {
        let bridge = try await TestBridge(script: Self.script)
        let page = try await Browser(bridge).signIn("nobody-knows")
        let answer = #"{"conversation": "\#(page.conversation ?? "")", "answers": ["1"]}"#
        #expect(try await bridge.ask(.post, "/api/v1/authenticate", json: answer).status == 410)

        let credentials = #"{"username": "nobody-knows", "password": "x", "client_address": "198.51.100.1"}"#
        let challenge = try await bridge.ask(.post, "/api/v1/authenticate", json: credentials)
        #expect(challenge.status == 200)
        #expect(challenge["status"] as? String == "challenge")
        #expect((challenge["prompts"] as? [[String: String]])?.first == ["kind": "hidden", "text": "Code <b>:"])
        let id = challenge["conversation"] as? String ?? ""
        let other = #"{"conversation": "\#(id)", "answers": ["1"]}"#
        let stolen = try await bridge.ask(.post, "/api/v1/authenticate", token: TestBridge.toolToken, json: other)
        #expect(stolen.status == 410)
        #expect(stolen.problem == "conversation-gone")
    }
}
