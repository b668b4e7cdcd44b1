import Foundation
import HTTPTypes
import Identity
import StoreProtocol
import SyncReport
import TestSupport
import Testing
import UserStore

@testable import BridgeServer

@Suite("Administrators and people")
struct PeopleRouteTests {
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

    /// A store worker that does what it is asked, without asking who asks.
    private func worker() throws -> ScriptedStoreWorker {
        let bridge = bridge
        return try ScriptedStoreWorker(path: bridge.directory.path("store.sock")) { request in
            let editor = UserStoreEditor(path: bridge.file.path)
            do {
                switch request.change {
                case .active(let isActive):
                    try editor.setActive(isActive, of: request.user.rawValue, keepingAnAdministrator: true)
                case .quota(let cpu, let memory, let disk, let gpu):
                    let change = try QuotaChange(cpuCores: cpu, memory: memory, disk: disk, gpu: gpu)
                    try editor.setQuota(change, of: request.user.rawValue)
                }
                bridge.refresh()
                return .done
            } catch StoreEditError.lastAdministrator {
                return .refused(.lastAdministrator, "The last one.")
            } catch {
                return .refused(.unavailable, "/secret/path: \(error)")
            }
        }
    }

    private func patch(_ browser: Browser, _ name: String, _ body: String, token: String? = nil) async throws -> Reply {
        let headers = ["X-CSRF-Token": try await token == nil ? browser.csrf() : token ?? ""]
        return try await browser.patch("/api/v1/people/\(name)", json: body, headers)
    }

    private func people(_ query: String = "") async throws -> (total: Int?, names: [String]) {
        let reply = try await ada.fetch("/api/v1/people\(query)")
        let people = reply["people"] as? [[String: Any]] ?? []
        return (reply["total"] as? Int, people.compactMap { $0["name"] as? String })
    }

    private static let places: [(HTTPRequest.Method, String)] = [
        (.get, "/api/v1/people"), (.get, "/api/v1/people/bob"), (.get, "/api/v1/usage"), (.get, "/api/v1/findings"),
        (.get, "/api/v1/people/bob/sessions"), (.delete, "/api/v1/people/bob/sessions"),
        (.patch, "/api/v1/people/bob"),
    ]

    @Test("a stranger is told 401 and a user 403, whoever they ask about", arguments: places)
    func closed(method: HTTPRequest.Method, path: String) async throws {
        #expect(try await Browser(bridge).fetch(path, method: method).problem == "not-signed-in")
        let token = ["X-CSRF-Token": try await alice.csrf()]
        let reply = try await alice.fetch(path, method: method, token)
        #expect(reply.status == 403 && reply.problem == "forbidden")
        let missing = path.replacing("bob", with: "nobody-here")
        #expect(try await alice.fetch(missing, method: method, token).body == reply.body)
    }

    @Test("the list is by name, searched by name and mail, and cut")
    func list() async throws {
        #expect(try await people() == (4, ["ada", "alice", "bob", "gone"]))
        #expect(try await people("?search=ALICE@") == (1, ["alice"]))
        #expect(try await people("?search=alice%40example.org") == (1, ["alice"]))
        #expect(try await people("?search=o&limit=1&offset=1") == (3, ["bob"]))
        #expect(try await people("?search=%25") == (0, []))
        #expect(try await people("?offset=100") == (4, []))
        for query in [
            "?limit=0", "?limit=201", "?offset=-1", "?limit=1&limit=2", "?search=\(String(repeating: "x", count: 65))",
        ] {
            #expect(try await ada.fetch("/api/v1/people\(query)").status == 400, "\(query)")
        }
    }

    @Test("a person is shown with quota, sessions, findings and use")
    func person() async throws {
        try bridge.file.sql(
            "UPDATE resource_allocations SET mem_limit = '2GM' WHERE user_id = (SELECT id FROM users WHERE username = 'alice')"
        )
        bridge.refresh()
        let file = SyncReportFile(path: bridge.directory.path("sync.json"))
        let finding = SyncFinding(area: .accounts, user: "alice", kind: "foreign-account", text: "Not ours.")
        try file.write(
            SyncReport(at: 1, durationMilliseconds: 1, users: 3, areas: [:], findings: [finding]),
            group: nil
        )
        let reply = try await ada.fetch("/api/v1/people/alice")
        #expect(reply.status == 200)
        #expect(reply["email"] as? String == "alice@example.org" && reply["role"] as? String == "user")
        #expect(reply["active"] as? Bool == true && reply["linux_account"] as? Bool == false)
        #expect(reply["sessions"] as? Int == 1 && reply["last_seen"] is Int)
        let quota = reply["quota"] as? [String: Any]
        #expect(quota?["memory_bytes"] as? Int == 2 << 30 && quota?["gpu"] as? Bool == false)
        #expect((reply["usage"] as? [String: Any])?["name"] as? String == "alice")
        // The odd size of the store, and what the reconciliation says; the hash of the test's password is no doubt.
        #expect(reply["findings"] as? Int == 2)
        #expect(try await ada.fetch("/api/v1/people/gone")["last_seen"] is NSNull)
        #expect(try await ada.fetch("/api/v1/people/nobody-here").status == 404)
        #expect(try await ada.fetch("/api/v1/people/..%2Falice").status == 404)

        let findings = try await ada.fetch("/api/v1/findings")
        let all = findings["findings"] as? [[String: Any]] ?? []
        #expect(findings["total"] as? Int == all.count)
        #expect(all.contains { $0["kind"] as? String == "odd-size" && $0["raw_value"] as? String == "2GM" })
        #expect(all.last?["area"] as? String == "accounts" && all.last?["assumed"] as? String == "Not ours.")
        #expect(all.allSatisfy { $0.count == 7 })
        #expect((try await ada.fetch("/api/v1/findings?limit=1")["findings"] as? [Any])?.count == 1)
    }

    @Test("what everybody uses is one answer")
    func usage() async throws {
        let reply = try await ada.fetch("/api/v1/usage?limit=2&offset=1")
        let people = reply["people"] as? [[String: Any]] ?? []
        #expect(reply["total"] as? Int == 4 && people.compactMap { $0["name"] as? String } == ["alice", "bob"])
        let own = try await alice.fetch("/api/v1/me/usage")
        #expect(
            (people.first?["memory"] as? [String: Any])?["limit_bytes"] as? Int
                == (own["memory"] as? [String: Any])?["limit_bytes"] as? Int
        )
    }

    @Test(
        "an administrator's change goes to the store worker with the session's own token, and into the audit log with who did it"
    )
    func change() async throws {
        let worker = try worker()
        let reply = try await patch(
            ada,
            "bob",
            #"{"active":false,"quota":{"cpu_cores":2.5,"memory_bytes":3221225472,"gpu":true}}"#
        )
        #expect(reply.status == 200 && reply["active"] as? Bool == false)
        let quota = reply["quota"] as? [String: Any]
        #expect(quota?["cpu_cores"] as? Double == 2.5 && quota?["memory_bytes"] as? Int == 3 << 30)
        #expect(quota?["disk_bytes"] as? Int == 5 << 30 && quota?["gpu"] as? Bool == true)
        let wanted = StoreChange.quota(cpuCores: 2.5, memory: .gibibytes(3), disk: nil, gpu: true)
        #expect(worker.requests.map(\.change) == [.active(false), wanted] && worker.connections == 1)
        #expect(worker.requests.allSatisfy { $0.token == ada.sessionCookie && $0.user.rawValue == "bob" })
        let log = try bridge.auditLog()
        #expect(
            log.contains(#""actor":"ada""#) && log.contains("switched off, quota: 2.5 cores, quota: 3 GiB of memory")
        )
        #expect(!log.contains(try #require(ada.sessionCookie)))
        #expect(try await patch(ada, "bob", #"{"active":true}"#)["active"] as? Bool == true)
    }

    @Test("without the token of our own page, from another site or as JSON that says nothing, the worker is not asked")
    func refused() async throws {
        let worker = try worker()
        let body = #"{"active":false}"#
        for token in ["", "x", try await alice.csrf()] {
            #expect(try await patch(ada, "bob", body, token: token).problem == "cross-site-request")
        }
        let own = ["X-CSRF-Token": try await ada.csrf()]
        for site in [
            ["Sec-Fetch-Site": "cross-site"], ["Sec-Fetch-Site": "same-site"], ["Origin": "https://evil.example"],
        ] {
            let headers = own.merging(site) { $1 }
            #expect(try await ada.patch("/api/v1/people/bob", json: body, headers).status == 403)
        }
        for bad in [
            "", "[]", "{}", #"{"quota":{}}"#, #"{"activ":false}"#, #"{"active":"no"}"#, #"{"quota":{"cpu_cores":0}}"#,
            #"{"quota":{"cpu_cores":1e309}}"#, #"{"quota":{"memory_bytes":-1}}"#, #"{"quota":{"memory_bytes":1023}}"#,
            #"{"quota":{"disk_bytes":9223372036854775807}}"#, #"{"quota":{"memory_bytes":1.5}}"#,
        ] {
            #expect(try await patch(ada, "bob", bad).status == 400, "\(bad)")
        }
        #expect(try await patch(ada, "nobody-here", body).status == 404)
        #expect(try await patch(ada, "ada", body).problem == "conflict")
        #expect(worker.requests.isEmpty)
        #expect(try bridge.auditLog().contains(#""reason":"ownAccount""#))
    }

    @Test("what the worker refuses is told as a problem, without the paths of root's files; without a worker it is 503")
    func workerAnswers() async throws {
        let away = try await patch(ada, "bob", #"{"active":false}"#)
        #expect(away.status == 503 && away.headers[.retryAfter] == "10")
        let answers: [(StoreRefusal, Int)] = [
            (.notSignedIn, 401), (.notAdministrator, 403), (.noSuchUser, 404), (.ownAccount, 409),
            (.lastAdministrator, 409), (.badValue, 400), (.unavailable, 503),
        ]
        for (refusal, status) in answers {
            let path = bridge.directory.path("store.sock")
            try? FileManager.default.removeItem(atPath: path)
            let worker = try ScriptedStoreWorker(path: path) { _ in .refused(refusal, "/secret/path") }
            let reply = try await patch(ada, "bob", #"{"active":false}"#)
            #expect(reply.status == status && reply.problem != nil)
            #expect(refusal != .unavailable || !reply.body.contains("secret"))
            withExtendedLifetime(worker) {}
        }
        #expect(try #require(try bridge.store.current().users[try UserName("bob")]).isActive)
    }

    @Test("somebody's sessions are listed and ended, but never the one that asks")
    func sessions() async throws {
        let other = try await bridge.session("ada", role: .admin).session
        let bobs = [try await bridge.session("bob").session, try await bridge.session("bob").session]
        let list = try await ada.fetch("/api/v1/people/bob/sessions")["sessions"] as? [[String: Any]]
        #expect(Set(list?.compactMap { $0["id"] as? String } ?? []) == Set(bobs.map(\.id.rawValue)))
        #expect(try await ada.fetch("/api/v1/people/bob/sessions", method: .delete).problem == "cross-site-request")
        #expect(!bobs[0].isOver)
        let token = ["X-CSRF-Token": try await ada.csrf()]
        #expect(try await ada.fetch("/api/v1/people/bob/sessions", method: .delete, token).status == 204)
        #expect(bobs[0].isOver && bobs[1].isOver)
        #expect(try await ada.fetch("/api/v1/people/ada/sessions", method: .delete, token).status == 204)
        #expect(other.isOver)
        #expect(try await ada.fetch("/api/v1/people/ada/sessions").status == 200)
    }
}

@Suite("The token for scripts, and what runs")
struct PortalRouteTests {
    @Test("where a service shares our origin the token is in no answer; where none does, a script of ours gets it")
    func csrf() async throws {
        let shared = try await TestBridge()
        let browser = Browser(shared)
        #expect(try await browser.fetch("/api/v1/me/csrf").status == 401)
        try await browser.signIn("alice")
        let refused = try await browser.fetch("/api/v1/me/csrf")
        #expect(refused.status == 403 && refused.problem == "cross-site-request")
        #expect(!refused.body.contains(try await browser.csrf()))

        let apart = try await TestBridge("")
        var services = apart.parts.configuration
        services.services = services.services.mapValues { service in
            var service = service
            service.url = "https://services.example.org/"
            return service
        }
        _ = apart.parts.live.reload(services)
        let other = Browser(apart)
        try await other.signIn("alice")
        let reply = try await other.fetch("/api/v1/me/csrf")
        #expect(reply.status == 200)
        #expect(reply["token"] as? String == (try await other.csrf()))
        #expect(try await other.fetch("/api/v1/me/csrf", ["Sec-Fetch-Site": "same-site"]).status == 403)
    }

    @Test("what runs is told apart by the names of its cgroups")
    func running() async throws {
        let id = String(repeating: "ab", count: 32)
        let document = RunningDocument(
            [
                .init(kind: .server(name: ""), memoryBytes: 5), .init(kind: .server(name: "gpu box"), memoryBytes: nil),
                .init(kind: .container(id: id), memoryBytes: 7), .init(kind: .session("3"), memoryBytes: 1),
            ],
            of: try UserName("alice"),
            hub: "/jupyter"
        )
        #expect(document.servers.map(\.url) == ["/jupyter/user/alice/", "/jupyter/user/alice/gpu%20box/"])
        #expect(document.containers.map(\.name) == ["abababababab"] && document.others.map(\.kind) == ["session"])
        let bridge = try await TestBridge()
        let browser = Browser(bridge)
        #expect(try await browser.fetch("/api/v1/me/running").status == 401)
        try await browser.signIn("alice")
        let reply = try await browser.fetch("/api/v1/me/running")
        #expect(reply.status == 200)
        #expect(["servers", "containers", "others"].allSatisfy { (reply[$0] as? [Any])?.isEmpty == true })
    }
}
