import DockerEngine
import DockerPolicy
import Foundation
import Identity
import Testing

@Suite("What a judged request does")
struct JudgedEffectTests {
    @Test("a container is its maker's, in their cgroup and their network")
    func create() async throws {
        try await JudgeStage.run { stage in
            let id = try await stage.container("own", of: stage.alice)
            let inspected = try await stage.ask(stage.alice, "GET", "/containers/\(id)/json")
            let host = inspected.object["HostConfig"] as? [String: Any] ?? [:]
            #expect(host["CgroupParent"] as? String == stage.alice.cgroupParent)
            #expect(host["Memory"] as? Int == 2 << 30)
            let facts = try #require(try await stage.objects.container(id: id))
            #expect(facts.ownerLabel == stage.alice.name.rawValue)
            let network = try await stage.objects.network("diycloud-\(stage.alice.name)", seenBy: .everything)
            guard case .found(let found) = network else {
                Issue.record("no default network")
                return
            }
            #expect(found.bridgeInterface == "diy-\(stage.alice.uid)")
        }
    }

    @Test("an image that is not here is said in the way that makes the CLI pull it")
    func missingImage() async throws {
        try await JudgeStage.run { stage in
            let reply = try await stage.ask(
                stage.alice,
                "POST",
                "/containers/create",
                ["Image": .string("\(stage.prefix):1")]
            )
            #expect(reply.status == 404)
            #expect(reply.message == "No such image: \(stage.prefix):1")
        }
    }

    @Test("an exec is started by whoever made it, and by nobody else, not even in their own container")
    func execs() async throws {
        try await JudgeStage.run { stage in
            let id = try await stage.container("own", of: stage.alice, start: true)
            let exec: JSONObject = ["Cmd": ["id"], "AttachStdout": true]
            let made = try await stage.ask(stage.alice, "POST", "/containers/\(id)/exec", exec)
            #expect(made.status == 201, "\(made.message)")
            let start: JSONObject = ["Detach": false, "Tty": true]
            let foreign = try await stage.ask(stage.bob, "POST", "/exec/\(made.id)/start", start)
            #expect(foreign.status == 404)
            #expect(foreign.message == "No such exec instance: \(made.id)")
            let own = try await stage.ask(stage.alice, "POST", "/exec/\(made.id)/start", start)
            #expect(own.isHijack)
            let roots = try await stage.engine.call(
                "POST",
                ["containers", id, "exec"],
                body: Array(#"{"Cmd":["id"],"Privileged":true}"#.utf8)
            )
            let rootExec = (try? JSONSerialization.jsonObject(with: Data(roots.body))) as? [String: Any]
            let stolen = try await stage.ask(
                stage.alice,
                "POST",
                "/exec/\(rootExec?["Id"] as? String ?? "")/start",
                start
            )
            #expect(roots.status == 201)
            #expect(stolen.status == 404)
            let privileged = try await stage.ask(
                stage.alice,
                "POST",
                "/containers/\(id)/exec",
                ["Cmd": ["id"], "Privileged": true]
            )
            #expect(privileged.status == 403)
        }
    }

    @Test("pruning takes one's own, and stops where a label deceives")
    func prune() async throws {
        try await JudgeStage.run { stage in
            let own = try await stage.container("own", of: stage.alice)
            let other = try await stage.container("other", of: stage.bob)
            let pruned = try await stage.ask(stage.alice, "POST", "/containers/prune")
            #expect(pruned.object["ContainersDeleted"] as? [String] == [own], "\(pruned.message)")
            #expect(try await stage.objects.state(ofContainer: other) != nil)
            let trap = try await stage.rootContainer("trap", labels: [OwnerLabels.owner: stage.alice.name.rawValue])
            let refused = try await stage.ask(stage.alice, "POST", "/containers/prune")
            #expect(refused.status == 409)
            #expect(try await stage.objects.state(ofContainer: trap) != nil)
        }
    }

    @Test("an image is removed by whoever brought it, and by nobody else")
    func images() async throws {
        try await JudgeStage.run { stage in
            let tag = "\(stage.alice.name)/mine:1"
            let tagged = try await stage.ask(
                stage.alice,
                "POST",
                "/images/busybox:latest/tag?repo=\(stage.alice.name)/mine&tag=1"
            )
            #expect(tagged.status == 201, "\(tagged.message)")
            for target in ["/images/busybox:latest", "/images/\(tag)"] {
                let refused = try await stage.ask(stage.bob, "DELETE", target)
                #expect(refused.status == 403)
            }
            let whole = try await stage.ask(stage.alice, "DELETE", "/images/busybox:latest")
            #expect(whole.status == 403)
            let own = try await stage.ask(stage.alice, "DELETE", "/images/\(tag)")
            #expect(own.status == 200, "\(own.message)")
            let stranger = try await stage.ask(stage.bob, "POST", "/images/busybox:latest/tag?repo=python&tag=1")
            #expect(stranger.status == 403)
        }
    }

    @Test("/info shows the quota")
    func info() async throws {
        try await JudgeStage.run { stage in
            let info = try await stage.ask(stage.alice, "GET", "/info")
            #expect(info.object["NCPU"] as? Int == 1)
            #expect(info.object["MemTotal"] as? Int == 2 << 30)
        }
    }

    @Test("what root makes for somebody is theirs, within their limits; for nobody it is not made")
    func onBehalf() async throws {
        try await JudgeStage.run { stage in
            let root = try JudgeStage.caller("root", uid: 0, power: .root)
            func create(_ owner: String) async throws -> JudgeStage.Reply {
                try await stage.ask(
                    root,
                    "POST",
                    "/containers/create?name=\(stage.prefix)-spawned",
                    [
                        "Image": "busybox:latest", "Cmd": ["true"],
                        "Labels": .object([OwnerLabels.owner: .string(owner)]),
                    ]
                )
            }
            let refused = try await create(stage.bob.name.rawValue)
            #expect(refused.status == 403)
            let made = try await create(stage.alice.name.rawValue)
            #expect(made.status == 201, "\(made.message)")
            let seen = try await stage.ask(stage.alice, "GET", "/containers/\(made.id)/json")
            let host = seen.object["HostConfig"] as? [String: Any] ?? [:]
            #expect(host["CgroupParent"] as? String == stage.alice.cgroupParent)
            #expect(host["Memory"] as? Int == 2 << 30)
        }
    }

    @Test("an administrator of the restricted kind looks, stops and removes, and does not get in")
    func overseer() async throws {
        try await JudgeStage.run { stage in
            let overseer = try JudgeStage.caller("\(stage.prefix)-o", uid: 40003, power: .overseer)
            let id = try await stage.container("own", of: stage.alice, start: true)
            let inspected = try await stage.ask(overseer, "GET", "/containers/\(id)/json")
            #expect(inspected.status == 200)
            for (method, call, body) in [
                ("POST", "exec", ["Cmd": ["sh"]] as JSONObject), ("POST", "attach?stream=1", [:]),
                ("POST", "update", [:]), ("PUT", "archive?path=/", [:]), ("POST", "rename?name=x1", [:]),
            ] {
                let reply = try await stage.ask(overseer, method, "/containers/\(id)/\(call)", body)
                #expect(reply.status == 403, "\(call): \(reply.status) \(reply.message)")
            }
            let stopped = try await stage.ask(overseer, "POST", "/containers/\(id)/stop?t=0")
            #expect(stopped.status == 204)
            let removed = try await stage.ask(overseer, "DELETE", "/containers/\(id)")
            #expect(removed.status == 204)
        }
    }

    @Test("what the table does not know goes nowhere, and is told to the log once, without headers and bodies")
    func unknown() async throws {
        try await JudgeStage.run { stage in
            let root = try JudgeStage.caller("root", uid: 0, power: .root)
            for caller in [stage.alice, root] {
                let reply = try await stage.ask(
                    caller,
                    "POST",
                    "/v1.41/containers/x/teleport",
                    headers: [("Authorization", "Bearer secret")]
                )
                #expect((400..<500).contains(reply.status))
            }
            let refused = try await stage.ask(
                stage.alice,
                "POST",
                "/containers/create",
                ["Image": "busybox:latest", "HostConfig": .object(["Privileged": true])],
                headers: [("X-Registry-Auth", "secret")]
            )
            #expect(refused.status == 403)
            #expect(stage.lines.all.count == 3)
            #expect(!stage.lines.all.contains { $0.contains("secret") || $0.contains("busybox") })
        }
    }

    @Test("tokens and cookies never go on, nor a content type of the client's")
    func headers() async throws {
        try await JudgeStage.run { stage in
            let reply = try await stage.ask(
                stage.alice,
                "GET",
                "/containers/json",
                headers: [
                    ("Authorization", "a"), ("Cookie", "b"), ("X-Api-Key", "c"), ("Accept", "*/*"),
                    ("Content-Type", "application/x-www-form-urlencoded"), ("X-Registry-Auth", "d"),
                ]
            )
            #expect(reply.plan?.headers.map(\.0) == ["Accept"])
        }
    }
}
