import Foundation
import JupyterHubClient
import Testing

@Suite("The client and a real JupyterHub", .serialized)
struct RealHubTests {
    let hub: HubStage

    init() throws { hub = try HubStage.running() }

    @Test("the hub tells its version without a token")
    func version() async throws {
        let version = try await hub.with("unknown") { try await $0.version() }
        #expect(version.hasPrefix("6."))
    }

    @Test("450 people are added in batches, read in pages, and settling them again changes nothing")
    func manyPeople() async throws {
        let names = (0..<450).map { "person\($0)" }
        try hub.bridgeKnows(Dictionary(uniqueKeysWithValues: names.map { ($0, ("user", true)) }))
        try await hub.with { client in
            let first = try await client.settle(names)
            #expect(first.map(\.name) == names)
            #expect(first.allSatisfy { $0.created && $0.active && $0.problem == nil })
            let users = try await client.users()
            #expect(users.filter { names.contains($0.name) }.map(\.name) == names)
            #expect(Set(users.map(\.name)).count == users.count)
            let second = try await client.settle(names)
            #expect(second.allSatisfy { !$0.created && $0.active && $0.groups == ["users"] })
            #expect(try await client.users() == users)
        }
    }

    @Test("the admin flag and groups are the bridge's, both ways")
    func standing() async throws {
        try hub.bridgeKnows(["ann": ("admin", true), "ben": ("user", true)])
        try await hub.with { client in
            _ = try await client.settle(["ann", "ben"])
            #expect(try await client.user("ann") == HubUser(name: "ann", admin: true, groups: ["users", "admins"]))
            #expect(try await client.user("ben") == HubUser(name: "ben", admin: false, groups: ["users"]))
            try hub.bridgeKnows(["ann": ("user", true), "ben": ("admin", true)])
            let standings = try await client.settle(["ann", "ben"])
            #expect(standings.map(\.admin) == [false, true])
            #expect(try await client.user("ann") == HubUser(name: "ann", admin: false, groups: ["users"]))
            #expect(try await client.user("ben")?.groups == ["users", "admins"])
        }
    }

    @Test("who is disabled or unknown at the bridge loses tokens, groups and admin role, and nobody else does")
    func switchedOff() async throws {
        try hub.bridgeKnows(["cleo": ("admin", true), "dora": ("user", true), "ella": ("user", true)])
        try await hub.with { client in
            _ = try await client.settle(["cleo", "dora", "ella"])
            let tokens = try ["cleo", "dora", "ella"].map(hub.token)
            for token in tokens { #expect(try hub.call("GET", "/user", token: token).status == 200) }
            #expect(try await client.tokens(of: ["cleo", "dora", "nobody"]) == ["cleo": 1, "dora": 1])
            // dora vanished
            try hub.bridgeKnows(["cleo": ("admin", false), "ella": ("user", true)])
            let standings = try await client.settle(["cleo", "dora", "ella", "nobody"])
            #expect(
                standings == [
                    HubStanding(name: "cleo", active: false, revokedTokens: 1),
                    HubStanding(name: "dora", active: false, revokedTokens: 1),
                    HubStanding(name: "ella", active: true, groups: ["users"]),
                    HubStanding(name: "nobody", active: false),
                ]
            )
            let statuses = try tokens.map { try hub.call("GET", "/user", token: $0).status }
            #expect(statuses == [403, 403, 200])
            #expect(try await client.tokens(of: ["cleo", "dora", "ella"]) == ["ella": 1])
            let cleo = try await client.user("cleo")
            #expect(cleo?.admin == false && cleo?.groups == [])
            #expect(cleo?.lastActivity.map { abs($0.timeIntervalSinceNow) < 60 } == true)
            #expect(try await client.user("nobody") == nil)
            // taken away, not only refused while the bridge says no
            try hub.bridgeKnows(["cleo": ("admin", true)])
            #expect(try await client.settle(["cleo"]).first?.admin == true)
            #expect(try hub.call("GET", "/user", token: tokens[0]).status == 403)
        }
    }

    @Test("a name that the hub does not allow is told of, and the others are settled")
    func unusableNames() async throws {
        try hub.bridgeKnows(["fay": ("user", true)])
        let standings = try await hub.with { try await $0.settle(["Fay", "../x", "..", "fay", ""]) }
        #expect(standings.map { $0.problem == nil } == [false, false, false, true, false])
        #expect(standings.map(\.created) == [false, false, false, true, false])
    }

    @Test("running servers stop, named ones and slow ones too")
    func stopping() async throws {
        try hub.bridgeKnows(["gus": ("user", true), "lingering": ("user", true)])
        try await hub.with { client in
            _ = try await client.settle(["gus", "lingering"])
            for path in ["/users/gus/server", "/users/gus/servers/second", "/users/lingering/server"] {
                #expect([201, 202].contains(try hub.call("POST", path).status))
            }
            while try await client.user("gus")?.servers.filter(\.ready).count != 2 {
                try await Task.sleep(for: .milliseconds(100))
            }
            while try await client.user("lingering")?.servers.first?.ready != true {
                try await Task.sleep(for: .milliseconds(100))
            }
            #expect(try await client.users().first { $0.name == "gus" }?.servers.map(\.name) == ["", "second"])
            #expect(await client.stopServers(of: ["gus", "lingering", "nobody"]) == [:])
            #expect(try await client.user("gus")?.servers == [])
            #expect(try await client.user("lingering")?.servers == [])
            try await client.stopServer("", of: "gus")
        }
    }

    @Test("a server that is starting is broken off")
    func pending() async throws {
        try hub.bridgeKnows(["slowstarter": ("user", true)])
        try await hub.with { client in
            _ = try await client.settle(["slowstarter"])
            #expect(try hub.call("POST", "/users/slowstarter/server").status == 202)
            #expect(
                try await client.user("slowstarter")?.servers == [HubServer(name: "", ready: false, pending: .spawn)]
            )
            try await client.stopServer("", of: "slowstarter")
            #expect(try await client.user("slowstarter")?.servers == [])
        }
    }

    @Test("a server that does not stop in time is named")
    func stillRunning() async throws {
        try hub.bridgeKnows(["lingering2": ("user", true)])
        try await hub.with(stopLimit: .seconds(1)) { client in
            _ = try await client.settle(["lingering2"])
            _ = try hub.call("POST", "/users/lingering2/server")
            while try await client.user("lingering2")?.servers.first?.ready != true {
                try await Task.sleep(for: .milliseconds(100))
            }
            #expect(
                await client.stopServers(of: ["lingering2"])
                    == ["lingering2": .stillRunning(user: "lingering2", server: "", seconds: 1)]
            )
        }
        try await hub.with { try await $0.stopServer("", of: "lingering2") }
    }

    @Test(
        "names with odd but legal characters arrive as they are",
        arguments: ["jo ann@x+y%2f", "ünï", "a?b#c&d", "..a"]
    )
    func oddNames(name: String) async throws {
        let encoded = name.utf8.map { "%" + (String($0, radix: 16).count == 1 ? "0" : "") + String($0, radix: 16) }
            .joined()
        #expect(try hub.call("POST", "/users/\(encoded)").status == 201)
        try await hub.with { client in
            #expect(try await client.user(name)?.name == name)
            #expect(try await client.users().contains { $0.name == name })
            try await client.stopServer("", of: name)
        }
        #expect(try hub.call("DELETE", "/users/\(encoded)").status == 204)
    }

    @Test("people who are removed while the list is read cost nobody else their place")
    func removedWhileReading() async throws {
        let names = (0..<420).map { "stay\($0)" }, leaving = (0..<40).map { "leave\($0)" }
        try hub.bridgeKnows(Dictionary(uniqueKeysWithValues: (leaving + names).map { ($0, ("user", true)) }))
        try await hub.with { client in
            _ = try await client.settle(leaving + names)
            async let removal: Void = {
                for name in leaving { _ = try hub.call("DELETE", "/users/\(name)") }
            }()
            for _ in 0..<5 {
                let found = try await client.users().map(\.name)
                #expect(Set(names).subtracting(found).isEmpty)
                #expect(Set(found).count == found.count)
            }
            try await removal
        }
    }

    @Test("a token that the hub does not know is named by its file")
    func unknownToken() async throws {
        let file = "\(hub.place)/unknown.token"
        try await hub.with("unknown") { client in
            await #expect(throws: HubError.tokenRefused(file: file)) { try await client.checkToken() }
            await #expect(throws: HubError.tokenRefused(file: file)) { try await client.users() }
            await #expect(throws: HubError.tokenRefused(file: file)) { try await client.settle(["a"]) }
        }
    }

    @Test("scopes that a token lacks are named")
    func missingScopes() async throws {
        let missing = HubError.missingScopes(
            file: "\(hub.place)/half.token",
            scopes: ["custom:diycloud:settle", "delete:servers", "read:servers"]
        )
        try await hub.with("half") { client in
            await #expect(throws: missing) { try await client.checkToken() }
            await #expect(throws: missing) { try await client.settle(["a"]) }
            await #expect(throws: missing) { try await client.users() }
        }
        try await hub.with { try await $0.checkToken() }
    }

    @Test("the token of sync-users can give nobody anything")
    func leastPrivilege() async throws {
        try hub.bridgeKnows(["hana": ("user", true)])
        _ = try await hub.with { try await $0.settle(["hana"]) }
        let token = try String(contentsOfFile: "\(hub.place)/sync.token", encoding: .utf8).trimmingCharacters(
            in: .newlines
        )
        for (method, path, body) in [
            ("PATCH", "/users/hana", #"{"admin": true}"#), ("POST", "/users/hana/tokens", ""),
            ("POST", "/users/other", ""),
            ("POST", "/groups/admins/users", #"{"users": ["hana"]}"#), ("DELETE", "/users/hana", ""),
            ("GET", "/users/hana/tokens", ""), ("POST", "/users/hana/server", ""), ("GET", "/proxy", ""),
            ("POST", "/shutdown", "{}"),
        ] {
            // 404 where the hub does not say whether it is the place or the permission
            #expect(
                [403, 404].contains(try hub.call(method, path, body: body, token: token).status),
                "\(method) \(path)"
            )
        }
        #expect(
            try await hub.with { try await $0.user("hana") } == HubUser(name: "hana", admin: false, groups: ["users"])
        )
    }

    /// Why the hub settles people by the bridge's word: this is what JupyterHub's own API does with the admin flag.
    @Test("JupyterHub itself takes the admin flag from administrators only, whatever the scopes")
    func adminFlagUpstream() async throws {
        try hub.bridgeKnows(["iris": ("user", true), "joan": ("admin", true)])
        _ = try await hub.with { try await $0.settle(["iris", "joan"]) }
        let granting = try hub.call("PATCH", "/users/iris", body: #"{"admin": true}"#)
        #expect(granting.status == 403 && granting.body.contains("Only admins can grant admin permissions"))
        let taking = try hub.call("PATCH", "/users/joan", body: #"{"admin": false}"#)
        #expect(taking.status == 403 && taking.body.contains("Only admins can modify other admins"))
    }
}
