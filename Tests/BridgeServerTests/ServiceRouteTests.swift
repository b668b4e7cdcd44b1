import BridgeConfiguration
import Foundation
import HTTPTypes
import Identity
import Sessions
import TestSupport
import Testing

@testable import BridgeServer

@Suite("What services call")
struct ServiceRouteTests {
    private let bridge: TestBridge

    init() async throws { bridge = try await TestBridge() }

    private static let guarded: [(HTTPRequest.Method, String)] = [
        (.get, "/metrics"), (.post, "/api/v1/authenticate"), (.post, "/api/v1/sessions/introspect"),
        (.post, "/api/v1/sessions/end"), (.get, "/api/v1/revocations"), (.get, "/api/v1/users/alice"),
        (.get, "/api/v1/users/alice/spawn"), (.get, "/api/v1/users/alice/usage"), (.post, "/api/v1/users/alice/events"),
    ]

    @Test("without the token of a service nobody is answered", arguments: guarded)
    func tokens(method: HTTPRequest.Method, path: String) async throws {
        for token in [nil, "", "x", TestBridge.hubToken + "x"] {
            let reply = try await bridge.ask(method, path, token: token, json: "{}")
            #expect(reply.status == 401)
            #expect(reply.problem == "bad-service-token")
            #expect(reply.headers[.wwwAuthenticate]?.hasPrefix("Bearer") == true)
        }
        #expect(try await bridge.ask(.delete, path).status == 405)
        #expect(try await bridge.ask(method, path + "?token=\(TestBridge.hubToken)", token: nil).status == 401)
    }

    @Test(
        "a browser's cookie is worth nothing here, and its pages are not here",
        arguments: ["/login", "/account", "/auth", "/api/v1/me"]
    )
    func noPages(path: String) async throws {
        #expect(try await bridge.ask(.get, path).status == 404)
    }

    @Test("health and readiness are everybody's; readiness follows the store and says no path")
    func readiness() async throws {
        #expect(try await bridge.ask(.get, "/healthz", token: nil).status == 200)
        #expect(try await bridge.ask(.get, "/readyz", token: nil).status == 200)
        bridge.parts.gate.isOpen = false
        #expect(try await bridge.ask(.get, "/readyz", token: nil)["status"] as? String == "starting")
        try FileManager.default.removeItem(atPath: bridge.file.path)
        bridge.refresh()
        let reply = try await bridge.ask(.get, "/readyz", token: nil)
        #expect(reply.status == 503)
        #expect(reply["reason"] as? String == "user store missing")
        #expect(!reply.body.contains("/"))
        #expect(try await bridge.ask(.get, "/healthz", token: nil).status == 200)
    }

    @Test("metrics count sign-ins, sessions and verdicts")
    func metrics() async throws {
        let browser = Browser(bridge)
        try await browser.signIn("alice", "wrong")
        try await browser.signIn("alice")
        _ = try await browser.open("/auth", ["X-Bridge-Service": "jupyterhub"])
        let text = try await bridge.ask(.get, "/metrics").body
        for line in [
            "diycloud_sign_in_total{outcome=\"refused\"} 1", "diycloud_sign_in_total{outcome=\"accepted\"} 1",
            "diycloud_sessions 1", "diycloud_users 4", "diycloud_store_available 1",
            "diycloud_verify_total{verdict=\"allowed\"} 1",
        ] {
            #expect(text.contains(line + "\n"), "\(line)")
        }
    }

    // MARK: authenticate

    @Test("a right password says who that is, a wrong one says nothing")
    func authenticate() async throws {
        let right = try await bridge.ask(
            .post,
            "/api/v1/authenticate",
            json: #"{"username":"Alice ","password":"correct horse"}"#
        )
        #expect(right.status == 200)
        #expect(right["status"] as? String == "accepted")
        #expect((right["user"] as? [String: Any])?["name"] as? String == "alice")
        var bodies: Set<String> = []
        for (name, password) in [
            ("alice", "wrong"), ("nobody", "x"), ("gone", "correct horse"), ("root", "x"), ("", ""),
        ] {
            let body = #"{"username":"\#(name)","password":"\#(password)"}"#
            let reply = try await bridge.ask(.post, "/api/v1/authenticate", json: body)
            #expect(reply.status == 401)
            #expect(reply.problem == "refused")
            bodies.insert("\(reply.headers)\(reply.body)")
        }
        #expect(bodies.count == 1)
        #expect(await bridge.register.count == 0)
    }

    @Test("guesses through a service are counted for the address it names")
    func regulation() async throws {
        for _ in 0..<5 {
            _ = try await bridge.ask(
                .post,
                "/api/v1/authenticate",
                json: #"{"username":"alice","password":"x","client_address":"192.0.2.7"}"#
            )
        }
        #expect(try await Browser(bridge).signIn("alice").status == 401)
        let elsewhere = Browser(bridge)
        elsewhere.address = "198.51.100.9"
        #expect(try await elsewhere.signIn("alice").status == 303)
    }

    @Test(
        "bodies that mean nothing or two things are 400, and repeat nothing of themselves",
        arguments: [
            "", "{", "[]", "null", "{}", #"{"username":"alice"}"#, #"{"username":1,"password":"hunter2"}"#,
            #"{"username":"alice","password":"hunter2","conversation":"x","answers":[]}"#,
            #"{"conversation":"hunter2"}"#,
            #"{"conversation":"x","answers":"hunter2"}"#, #"{"username":"\ud800","password":"hunter2"}"#,
        ]
    )
    func badBodies(json: String) async throws {
        let reply = try await bridge.ask(.post, "/api/v1/authenticate", json: json)
        #expect(reply.status == 400)
        #expect(reply.problem == "bad-request")
        #expect(!reply.body.contains("hunter2"))
    }

    @Test("a body of 100 KiB is 413", arguments: guarded.filter { $0.0 == .post }.map(\.1))
    func largeBodies(path: String) async throws {
        let json = #"{"username":"\#(String(repeating: "x", count: 100 * 1024))"}"#
        let reply = try await bridge.ask(.post, path, json: json)
        #expect(reply.status == 413)
        #expect(reply.problem == "too-large")
    }

    // MARK: sessions

    @Test("a session can be asked about again and again, until it ends")
    func introspection() async throws {
        let session = try await bridge.session("alice").session
        let question = #"{"session":"\#(session.id)"}"#
        for _ in 0..<2 {
            #expect(
                try await bridge.ask(.post, "/api/v1/sessions/introspect", json: question)["active"] as? Bool == true
            )
        }
        for _ in 0..<2 {
            #expect(try await bridge.ask(.post, "/api/v1/sessions/end", json: question).status == 204)
        }
        let reply = try await bridge.ask(.post, "/api/v1/sessions/introspect", json: question)
        #expect(reply.body == #"{"active":false}"#)
        #expect(try bridge.auditLog().contains("\"service\":\"jupyterhub\""))
        for body in [#"{"session":""}"#, #"{"session":"../x"}"#] {
            #expect(try await bridge.ask(.post, "/api/v1/sessions/introspect", json: body)["active"] as? Bool == false)
            #expect(try await bridge.ask(.post, "/api/v1/sessions/end", json: body).status == 204)
        }
        for body in ["{}", #"{"assertion":"x"}"#, #"{"session":"x","state":"y"}"#, #"{"session":["x"]}"#] {
            #expect(try await bridge.ask(.post, "/api/v1/sessions/introspect", json: body).status == 400)
        }
    }

    // MARK: revocations

    @Test("without a cursor the current one comes back; what ends after it is told once, in order")
    func revocations() async throws {
        let one = try await bridge.session("alice").session
        let start = try await bridge.ask(.get, "/api/v1/revocations")
        let cursor = try #require(start["cursor"] as? Int)
        #expect((start["revocations"] as? [Any])?.isEmpty == true)
        try await bridge.register.end(id: one.id, reason: .signedOut, now: .now)
        try await bridge.register.endAll(of: UserName("bob"), reason: .disabled, now: .now)
        let news = try await bridge.ask(.get, "/api/v1/revocations?after=\(cursor)&wait=30")
        let entries = try #require(news["revocations"] as? [[String: Any]])
        #expect(entries.map { $0["user"] as? String } == ["alice", "bob"])
        #expect(entries.map { $0["reason"] as? String } == ["signed-out", "disabled"])
        #expect(entries[0]["session"] as? String == one.id.rawValue)
        #expect(entries[1]["session"] is NSNull)
        let after = try #require(news["cursor"] as? Int)
        #expect(
            (try await bridge.ask(.get, "/api/v1/revocations?after=\(after)")["revocations"] as? [Any])?.isEmpty == true
        )
    }

    @Test("who waits for news is woken by it")
    func longPoll() async throws {
        let session = try await bridge.session("alice").session
        async let news = bridge.ask(.get, "/api/v1/revocations?after=0&wait=30")
        // Whether the poll or the end comes first, the answer is the same.
        try await bridge.register.end(id: session.id, reason: .revoked, now: .now)
        #expect((try await news["revocations"] as? [Any])?.count == 1)
    }

    @Test(
        "a cursor or a time that is none is 400",
        arguments: [
            "after=x", "after=-1", "after=1&after=2", "after=0&wait=31", "after=0&wait=-1", "after=9223372036854775808",
            "after=", "after=0&wait=1e3",
        ]
    )
    func badCursor(query: String) async throws {
        #expect(try await bridge.ask(.get, "/api/v1/revocations?\(query)").status == 400)
    }

    // MARK: users

    @Test("people are looked up by their exact name")
    func users() async throws {
        let reply = try await bridge.ask(.get, "/api/v1/users/gone")
        #expect(reply.status == 200)
        #expect(reply["active"] as? Bool == false)
        for name in ["nobody-knows", "ALICE", "root", "..%2f", "a%20b", "%00", "-x", "alice%0a"] {
            for path in ["/api/v1/users/\(name)", "/api/v1/users/\(name)/spawn"] {
                #expect(try await bridge.ask(.get, path).status == 404, "\(path)")
            }
        }
    }

    @Test("who is switched off, or has no Linux account, spawns nothing and is told why")
    func spawn() async throws {
        let off = try await bridge.ask(.get, "/api/v1/users/gone/spawn")
        #expect(off.status == 403)
        #expect(off.problem == "may-not-spawn")
        #expect((off["detail"] as? String)?.hasPrefix("This account is switched off.") == true)
        try bridge.file.add("no-such-account-here")
        bridge.refresh()
        let none = try await bridge.ask(.get, "/api/v1/users/no-such-account-here/spawn")
        #expect(none.status == 403)
        #expect((none["detail"] as? String)?.contains("no Linux account") == true)
        #expect(try bridge.auditLog().contains("\"kind\":\"spawn-refused\""))
    }

    @Test("a store that cannot be read is \"try again later\", not \"no such user\"")
    func storeAway() async throws {
        try bridge.file.sql("DROP TABLE users")
        bridge.refresh()
        for path in ["/api/v1/users/alice", "/api/v1/users/alice/spawn"] {
            let reply = try await bridge.ask(.get, path)
            #expect(reply.status == 503)
            #expect(reply.headers[.retryAfter] != nil)
        }
    }

    @Test("what a service did is one line of the audit log, whatever it says")
    func events() async throws {
        let evil = #"{"event":"spawn","server":"x\n{\"kind\":\"sign-in\"}","detail":"\u202e\u0000"}"#
        #expect(try await bridge.ask(.post, "/api/v1/users/alice/events", json: evil).status == 204)
        let lines = try bridge.auditLog().split(separator: "\n")
        #expect(lines.count == 1)
        #expect(lines[0].contains("\"kind\":\"spawn\"") && lines[0].contains("\"service\":\"jupyterhub\""))
        for body in [
            "{}", #"{"event":""}"#, #"{"event":"a b"}"#, #"{"event":"\#(String(repeating: "x", count: 65))"}"#,
        ] {
            #expect(try await bridge.ask(.post, "/api/v1/users/alice/events", json: body).status == 400)
        }
    }
}
