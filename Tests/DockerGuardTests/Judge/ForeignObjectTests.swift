import DockerEngine
import DockerPolicy
import Foundation
import Testing

@Suite("Objects of others")
struct ForeignObjectTests {
    @Test("a foreign container is not there, by whatever it is called, for whatever is wanted")
    func containers() async throws {
        try await JudgeStage.run { stage in
            let id = try await stage.container("web", of: stage.alice, start: true)
            let calls = [
                ("GET", "json"), ("GET", "top"), ("GET", "logs?stdout=1"), ("GET", "changes"),
                ("GET", "stats?stream=0"),
                ("GET", "export"), ("GET", "archive?path=/"), ("HEAD", "archive?path=/"), ("PUT", "archive?path=/"),
                ("POST", "start"), ("POST", "stop"), ("POST", "restart"), ("POST", "kill"), ("POST", "pause"),
                ("POST", "unpause"), ("POST", "rename?name=\(stage.prefix)-other"), ("POST", "update"),
                ("POST", "exec"),
                ("POST", "attach?stream=1&stdout=1"), ("POST", "resize?h=1&w=1"), ("POST", "wait"),
            ]
            for reference in [id, String(id.prefix(30)), "\(stage.prefix)-web"] {
                for (method, call) in calls {
                    let reply = try await stage.ask(stage.bob, method, "/v1.41/containers/\(reference)/\(call)")
                    #expect(reply.status == 404, "\(method) \(call): \(reply.status) \(reply.message)")
                    #expect(reply.message == "No such container: \(reference)", "\(method) \(call)")
                }
                let removal = try await stage.ask(stage.bob, "DELETE", "/containers/\(reference)?force=1")
                #expect(removal.status == 404)
            }
            let inspected = try await stage.ask(stage.alice, "GET", "/containers/\(stage.prefix)-web/json")
            #expect(inspected.status == 200)
            #expect(inspected.plan?.uri.contains(id) == true, "the engine gets the full id")
            let state = inspected.object["State"] as? [String: Any]
            #expect(state?["Running"] as? Bool == true)
        }
    }

    @Test("lists and sums show one's own, and not what only bears the label")
    func lists() async throws {
        try await JudgeStage.run { stage in
            let own = try await stage.container("own", of: stage.alice)
            _ = try await stage.container("other", of: stage.bob)
            let trap = try await stage.rootContainer("trap", labels: [OwnerLabels.owner: stage.alice.name.rawValue])
            let list = try await stage.ask(stage.alice, "GET", "/containers/json?all=1")
            #expect(list.list.map { $0["Id"] as? String } == [own])
            let usage = try await stage.ask(stage.alice, "GET", "/system/df")
            let counted = usage.object["Containers"] as? [[String: Any]] ?? []
            #expect(counted.map { $0["Id"] as? String } == [own])
            let inspected = try await stage.ask(stage.alice, "GET", "/containers/\(trap)/json")
            #expect(inspected.status == 404)
            let since = try await stage.ask(
                stage.alice,
                "GET",
                "/containers/json?filters=%7B%22since%22%3A%5B%22\(stage.prefix)-other%22%5D%7D"
            )
            #expect(since.status == 404)
        }
    }

    @Test("the conflict of a container's name does not tell whose it is")
    func nameConflict() async throws {
        try await JudgeStage.run { stage in
            let id = try await stage.container("name", of: stage.alice)
            let reply = try await stage.ask(
                stage.bob,
                "POST",
                "/containers/create?name=\(stage.prefix)-name",
                ["Image": "busybox:latest", "Cmd": ["true"]]
            )
            #expect(reply.status == 409)
            #expect(!reply.message.contains(String(id.prefix(12))), "\(reply.message)")
            let other = try await stage.container("free", of: stage.bob)
            let renamed = try await stage.ask(
                stage.bob,
                "POST",
                "/containers/\(other)/rename?name=\(stage.prefix)-name"
            )
            #expect(renamed.status == 409)
            #expect(!renamed.message.contains(String(id.prefix(12))), "\(renamed.message)")
        }
    }

    @Test("events tell of one's own objects only, also after they are gone")
    func events() async throws {
        try await JudgeStage.run { stage in
            let begin = Int(Date().timeIntervalSince1970) - 1
            let own = try await stage.container("own", of: stage.alice, start: true)
            let other = try await stage.container("other", of: stage.bob, start: true)
            for (caller, id) in [(stage.alice, own), (stage.bob, other)] {
                _ = try await stage.ask(caller, "DELETE", "/containers/\(id)?force=1")
            }
            let end = Int(Date().timeIntervalSince1970) + 1
            let reply = try await stage.ask(stage.alice, "GET", "/events?since=\(begin)&until=\(end)")
            let text = String(decoding: reply.body, as: UTF8.self)
            #expect(reply.status == 200)
            #expect(text.contains(own))
            #expect(text.contains("\"destroy\""))
            #expect(!text.contains(other))
        }
    }

    @Test("volumes are claimed by one person, however many ask at once")
    func volumes() async throws {
        try await JudgeStage.run { stage in
            let name = "\(stage.prefix)-data"
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        try await stage.ask(
                            number % 2 == 0 ? stage.alice : stage.bob,
                            "POST",
                            "/containers/create?name=\(stage.prefix)-v\(number)",
                            [
                                "Image": "busybox:latest", "Cmd": ["true"],
                                "HostConfig": .object(["Binds": [.string("\(name):/data")]]),
                            ]
                        ).status
                    }
                }
                return try await group.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
            }
            #expect(statuses == [201: 4, 409: 4])
            let volume = try #require(try await stage.objects.volume(name))
            let loser = volume.owner == stage.alice.name.rawValue ? stage.bob : stage.alice
            for (method, target) in [("GET", "/volumes/\(name)"), ("DELETE", "/volumes/\(name)")] {
                let reply = try await stage.ask(loser, method, target)
                #expect(reply.status == 404)
                #expect(reply.message == "get \(name): no such volume")
            }
            let made = try await stage.ask(loser, "POST", "/volumes/create", ["Name": .string(name)])
            #expect(made.status == 409)
            let list = try await stage.ask(loser, "GET", "/volumes")
            #expect((list.object["Volumes"] as? [[String: Any]] ?? []).isEmpty)
        }
    }

    @Test("networks are joined by one's own containers only")
    func networks() async throws {
        try await JudgeStage.run { stage in
            let own = try await stage.container("own", of: stage.alice)
            let other = try await stage.container("other", of: stage.bob)
            let made = try await stage.ask(
                stage.alice,
                "POST",
                "/networks/create",
                ["Name": .string("\(stage.prefix)-net")]
            )
            #expect(made.status == 201, "\(made.message)")
            let joined = try await stage.ask(
                stage.alice,
                "POST",
                "/networks/\(stage.prefix)-net/connect",
                ["Container": .string("\(stage.prefix)-own")]
            )
            #expect(joined.status == 200, "\(joined.message)")
            #expect(joined.plan?.uri.contains(made.id) == true)
            for (caller, container) in [(stage.alice, other), (stage.bob, other), (stage.bob, own)] {
                let reply = try await stage.ask(
                    caller,
                    "POST",
                    "/networks/\(stage.prefix)-net/connect",
                    ["Container": .string(container)]
                )
                #expect(reply.status == 404)
            }
            let taken = try await stage.ask(
                stage.bob,
                "POST",
                "/networks/create",
                ["Name": .string("\(stage.prefix)-net")]
            )
            #expect(taken.status == 409)
            let list = try await stage.ask(stage.bob, "GET", "/networks")
            #expect(!list.list.contains { $0["Id"] as? String == made.id })
        }
    }
}
