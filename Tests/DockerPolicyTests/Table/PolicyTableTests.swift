import Testing

@testable import DockerPolicy

/// The policy, read from outside: what a call is, who may make it, what goes through.
@Suite("The table of calls")
struct PolicyTableTests {
    private func match(_ call: String) throws -> MatchedCall {
        let words = call.split(separator: " ", maxSplits: 1)
        return try PolicyTable.match(method: String(words[0]), target: DockerTarget(parsing: String(words[1])))
    }

    private func refusal(_ call: String) -> DockerRefusal? {
        do {
            _ = try match(call)
            return nil
        } catch { return error as? DockerRefusal }
    }

    /// A path that fits a line: `{image}` over three segments, everything else over one.
    private func example(_ rule: OperationRule) -> String {
        "/"
            + rule.pattern.split(separator: "/").map { part in
                switch part {
                case "{image}": "registry:5000/alice/app:1"
                case "{rest}": "owner/thing"
                case _ where part.hasPrefix("{"): "some_name.1"
                default: String(part)
                }
            }.joined(separator: "/")
    }

    @Test("every line is reached by a call, with and without a version, and no other line fits that call")
    func disjoint() throws {
        for rule in PolicyTable.rules {
            for prefix in ["", "/v1.24", "/v1.41", "/v1.51"] {
                let target = try DockerTarget(parsing: prefix + example(rule))
                let call = try PolicyTable.match(method: rule.method, target: target)
                #expect(call.rule.pattern == rule.pattern && call.rule.method == rule.method)
                #expect(call.uri() == prefix + example(rule))
                let fitting = PolicyTable.rules.filter { $0.method == rule.method && $0.match(target.segments) != nil }
                #expect(fitting.count == 1, "\(rule.method) \(rule.pattern): \(fitting.map(\.pattern))")
            }
        }
    }

    @Test("no line is there twice, and every operation has a line")
    func complete() {
        let lines = PolicyTable.rules.map { "\($0.method) \($0.pattern)" }
        #expect(Set(lines).count == lines.count)
        #expect(Set(PolicyTable.rules.map(\.operation)) == Set(DockerOperation.allCases))
    }

    @Test("what belongs to the host is for administrators, and the sentence says so")
    func administrators() {
        let hosts: Set<DockerOperation> = [
            .session, .grpc, .swarm, .node, .service, .task, .secret, .config, .plugin, .imageLoad, .buildPrune,
            .buildCancel,
            .volumeUpdate,
        ]
        let nobodys: Set<DockerOperation> = [.checkpoint, .containerAttachWebsocket]
        for rule in PolicyTable.rules {
            switch rule.who {
            case .everyone: #expect(!hosts.contains(rule.operation) && !nobodys.contains(rule.operation))
            case .administrators(let why):
                #expect(hosts.contains(rule.operation), "\(rule.pattern)")
                #expect(why.count > 20 && why.hasSuffix("."))
            case .nobody(let why):
                #expect(nobodys.contains(rule.operation), "\(rule.pattern)")
                #expect(why.count > 20 && why.hasSuffix("."))
            }
        }
    }

    @Test("whoever is not an administrator sends bodies only where they are judged or nothing but content")
    func bodies() {
        for rule in PolicyTable.rules {
            guard case .everyone = rule.who else { continue }
            #expect(rule.query != nil, "\(rule.pattern): a person's arguments are an allow list")
            switch rule.body {
            case .none: break
            case .json: #expect(rule.method == "POST")
            case .tar: #expect([.imageBuild, .imagePull, .containerArchivePut].contains(rule.operation))
            case .stream: Issue.record("\(rule.pattern) streams a person's body")
            }
        }
        for silent in ["start", "stop", "restart", "kill", "pause", "rename", "attach"] {
            let rule = PolicyTable.rules.first { $0.pattern == "/containers/{container}/\(silent)" }
            guard case .some(.none) = rule?.body else { Issue.record("\(silent) takes a body"); continue }
        }
    }

    @Test(
        "calls that no line has are refused, for everybody",
        arguments: [
            "GET /", "POST /info", "GET /containers/create", "PATCH /containers/a", "TRACE /info", "CONNECT /info",
            "get /info",
            "GET /debug/pprof/heap", "GET /debug/vars", "POST /containers/a/copy", "GET /images/viz",
            "POST /networks/a",
            "POST /volumes/a", "DELETE /images", "GET /v1.41/v1.41/info", "OPTIONS /info", "POST /containers/a/b/start",
            "GET /services/a/b", "DELETE /secrets/a/b", "GET /containers/a/attach", "POST /build/x", "GET /metrics",
        ]
    )
    func unknown(_ call: String) {
        let refusal = refusal(call)
        #expect(refusal?.status == 403 || refusal?.status == 400, "\(call): \(String(describing: refusal))")
    }

    @Test("images have slashes in their names, containers, networks and volumes do not")
    func names() throws {
        #expect(try match("GET /images/localhost:5000/a/b@sha256:00/json").reference == "localhost:5000/a/b@sha256:00")
        #expect(try match("DELETE /images/json").reference == "json")
        #expect(try match("GET /images/get/json").reference == "get")
        #expect(try match("GET /images/json/json/json").reference == "json/json")
        #expect(try match("GET /distribution/alice/app/json").reference == "alice/app")
        #expect(try match("POST /images/create/tag?repo=a").rule.operation == .imageTag)
        #expect(try match("GET /containers/json/json").reference == "json")
        #expect(try match("POST /containers/prune/start").reference == "prune")
    }

    @Test(
        "a name that no object can have is an object that is not there: docker inspect goes on to the next kind",
        arguments: [
            ("GET /containers/alice/app:1/json", "No such container: alice/app:1"),
            ("GET /containers/python:3.12/json", "No such container: python:3.12"),
            ("GET /networks/alice/app?verbose=false&scope=", "network alice/app not found"),
            ("GET /networks/a:b", "network a:b not found"), ("GET /volumes/a/b", "get a/b: no such volume"),
            ("GET /volumes/a:b", "get a:b: no such volume"), ("GET /exec/a:b/json", "No such exec instance: a:b"),
        ]
    )
    func impossibleNames(_ call: String, _ message: String) {
        #expect(refusal(call)?.status == 404)
        #expect(refusal(call)?.message == message)
    }

    @Test("docker inspect passes over plugins, which it asks for last")
    func inspectOfPlugins() throws {
        guard case .administrators(let why) = try match("GET /plugins/alice/app/json").rule.who else {
            Issue.record("plugins are for administrators")
            return
        }
        #expect(why.contains("not supported"))
    }

    @Test(
        "an argument that the call does not have, one that is there twice, and one with another value are refused",
        arguments: [
            "GET /containers/json?privileged=1", "GET /containers/json?all=1&all=0", "GET /containers/json?All=1",
            "GET /containers/json?=1", "GET /containers/json?all=yes", "GET /containers/json?limit=1x",
            "GET /containers/json?limit=%2B1", "GET /containers/json?limit=99999999999999999999",
            "GET /containers/json?limit=01", "GET /containers/json?filters=x", "GET /containers/json?filters=%5B%5D",
            "GET /containers/json?filters=%7B%22label%22:1,%22Label%22:2%7D",
            "GET /containers/json?filters=%7B%7D%7B%7D",
            "POST /containers/a/start?checkpoint=x", "POST /containers/a/start?HostConfig=x",
            "POST /containers/a/kill?signal=9;reboot", "POST /containers/a/kill?signal=%00",
            "POST /containers/a/resize?h=-1&w=1", "POST /containers/a/wait?condition=whenever",
            "POST /containers/create?name=a&name=b", "POST /exec/a/start?detach=1",
            "GET /containers/a/top?ps_args=$(id)",
            "POST /networks/create?x=1", "GET /containers/a/logs?since=%27", "POST /images/a/push?tag=%00",
            "GET /containers/a/archive?path=/a%0Ab", "DELETE /containers/a?force=1&FORCE=1", "GET /info?x",
        ]
    )
    func arguments(_ call: String) {
        #expect(refusal(call)?.status == 400, "\(call): \(String(describing: refusal(call)))")
    }

    @Test(
        "what clients really send goes through",
        arguments: [
            // docker CLI 28 and 20.10
            "HEAD /_ping", "GET /v1.41/containers/json?all=1&filters=%7B%22status%22%3A%7B%22running%22%3Atrue%7D%7D",
            "GET /v1.41/containers/a/logs?follow=1&stderr=1&stdout=1&tail=all&since=1700000000.000000000",
            "POST /v1.41/containers/a/stop?t=10&signal=SIGRTMIN%2B3", "POST /v1.41/containers/a/resize?h=0&w=0",
            "POST /v1.41/containers/a/attach?stderr=1&stdin=1&stdout=1&stream=1&detachKeys=ctrl-%5C%5C",
            "PUT /v1.41/containers/a/archive?noOverwriteDirNonDir=true&path=%2Ftmp%2F%C3%A9&copyUIDGID=true",
            "GET /v1.41/events?since=2024-01-01T00:00:00.000Z&until=10m&filters=%7B%7D",
            "GET /v1.44/system/df?type=container&type=image", "GET /v1.41/images/search?term=a%20b&limit=25",
            "GET /v1.41/images/get?names=a&names=b", "DELETE /v1.41/containers/a?force=1&v=1",
            "POST /v1.41/images/create?fromImage=busybox&tag=latest",
            "POST /v1.41/build?buildargs=%7B%7D&cachefrom=%5B%5D&t=alice%2Fa&t=alice%2Fb&rm=1&version=1&ulimits=null",
            // docker for Python: docker-compose 1.29, DockerSpawner
            "GET /v1.41/containers/json?limit=-1&all=1&size=0&trunc_cmd=0&filters=%7B%22label%22%3A%5B%22a%3Db%22%5D%7D",
            "GET /v1.41/images/json?only_ids=0&all=0&filters=%7B%22reference%22:%5B%22a%22%5D%7D",
            "DELETE /v1.41/containers/a?v=False&link=False&force=True", "GET /v1.41/containers/a/stats?stream=False",
            "POST /v1.41/images/a/tag?tag=1&repo=alice%2Fb&force=0", "POST /v1.41/containers/a/wait",
            // Portainer
            "POST /containers/create?name=%2Fweb", "GET /containers/a/json?size=1", "POST /exec/a/resize?h=24&w=80",
            "GET /volumes?filters=%7B%22dangling%22:%5B%22true%22%5D%7D",
            "POST /containers/a/attach?stdin=1&stdout=1&stderr=1&stream=1",
        ]
    )
    func everyday(_ call: String) throws {
        let found = try match(call)
        guard case .everyone = found.rule.who else {
            Issue.record("\(call) is not for everybody")
            return
        }
        #expect(throws: Never.self) { try DockerTarget(parsing: found.uri()) }
    }

    @Test("the engine gets the full id in the place of what the client wrote, and arguments written anew")
    func rewritten() throws {
        let id = String(repeating: "a", count: 64)
        let call = try match("GET /v1.41/containers/web/logs?stdout=1&tail=%31")
        #expect(call.uri(reference: id) == "/v1.41/containers/\(id)/logs?stdout=1&tail=1")
        #expect(call.uri(query: [("a b", "/&=é")]) == "/v1.41/containers/web/logs?a%20b=%2F%26%3D%C3%A9")
        #expect(call["tail"] == "1" && call["since"] == nil && call.all("stdout") == ["1"])
    }

    @Test("a person is told in a refusal what it is about, and never more than a line of it")
    func lengths() throws {
        let long = String(repeating: "x", count: 5_000)
        for call in [
            "GET /\(long)", "GET /info?\(long)=1", "GET /containers/json?all=\(long)", "GET /images/\(long)/json",
        ] {
            #expect(try #require(refusal(call)).message.utf8.count < 800)
        }
    }
}
