import Testing

@testable import DockerPolicy

@Suite("The table of calls")
struct PolicyTableTests {
    @Test("every line is reached, with every kind of name, with and without a version", arguments: PolicyTable.rules)
    func reachable(_ rule: OperationRule) throws {
        for path in Samples.paths(rule) {
            for version in ["", "/v1.24", "/v1.51"] {
                let call = try Samples.match(rule.method, version + path)
                #expect(call.rule.operation == rule.operation, "\(path)")
                #expect(call.rule.group == rule.group)
                try Samples.expectRebuilt(call)
            }
        }
    }

    @Test("no call is met by lines of two operations, or of two groups", arguments: PolicyTable.rules)
    func unambiguous(_ rule: OperationRule) throws {
        for path in Samples.paths(rule) {
            let segments = try DockerTarget(parsing: path).segments
            let others = PolicyTable.rules.filter { $0.method == rule.method && $0.match(segments) != nil }
            #expect(Set(others.map(\.operation)) == [rule.operation], "\(path)")
            #expect(Set(others.map(\.group)) == [rule.group], "\(path)")
        }
    }

    @Test("every operation has a line") func complete() {
        #expect(Set(PolicyTable.rules.map(\.operation)) == Set(DockerOperation.allCases))
    }

    @Test("no line is there twice") func once() {
        #expect(Set(PolicyTable.rules.map(\.line)).count == PolicyTable.rules.count)
    }

    @Test("lines that take any argument are not for everybody") func anyArgument() {
        for rule in PolicyTable.rules where rule.query == nil { #expect(rule.group != "everyone", "\(rule.line)") }
    }

    @Test("only what takes a body changes something, and nothing that only looks takes one") func bodies() {
        for rule in PolicyTable.rules where ["GET", "HEAD", "DELETE"].contains(rule.method) {
            guard case .none = rule.body else {
                Issue.record("\(rule.line) takes a body")
                continue
            }
        }
    }

    @Test("who may what")
    func groups() {
        func operations(_ group: String) -> String {
            var seen: Set<DockerOperation> = []
            return PolicyTable.rules.filter { $0.group == group && seen.insert($0.operation).inserted }
                .map(\.operation.rawValue).joined(separator: " ")
        }
        #expect(
            operations("everyone") == """
                ping version info diskUsage events plugin registryLogin \
                containerList containerInspect containerTop containerLogs containerChanges containerExport containerStats containerWait \
                containerCreate containerUpdate containerRename containerStart containerStop containerRestart containerKill containerPause \
                containerUnpause containerRemove containerPrune containerAttach containerResize execCreate execStart execResize execInspect \
                containerArchiveHead containerArchiveGet containerArchivePut \
                imageList imageSearch imageSave imageInspect imageHistory distribution imageBuild imagePull imageCommit imageTag imagePush \
                imageRemove imagePrune buildPrune \
                networkList networkInspect networkCreate networkConnect networkDisconnect networkRemove networkPrune \
                volumeList volumeInspect volumeCreate volumeRemove volumePrune
                """
        )
        #expect(
            operations("administrators")
                == "imageLoad buildCancel session grpc volumeUpdate swarm node service task secret config plugin"
        )
        #expect(operations("nobody") == "containerAttachWebsocket checkpoint")
    }

    @Test("what lists everybody's objects is filtered, whatever line it has") func filtered() {
        let whole: Set<DockerOperation> = [
            .info, .diskUsage, .containerList, .networkList, .networkInspect, .volumeList,
        ]
        for rule in PolicyTable.rules {
            switch rule.response {
            case .filtered: #expect(whole.contains(rule.operation))
            case .lines: #expect(rule.operation == .events)
            default: #expect(!whole.contains(rule.operation) && rule.operation != .events)
            }
        }
    }

    @Test(
        "a call that no line has is refused",
        arguments: [
            "GET /", "GET /containers", "GET /containers/ps", "GET /containers/x", "POST /containers/x",
            "POST /containers/x/copy", "GET /containers/x/start",
            "PUT /containers/x/json", "PATCH /containers/x/json", "get /info", "OPTIONS /info", "CONNECT /info",
            "TRACE /info", "HEAD /info",
            "DELETE /containers/x/json", "DELETE /containers", "GET /Containers/json", "GET /containers/JSON",
            "POST /containers/x/y/start",
            "PUT /containers/x/json/json", "POST /containers/x/logs/clear", "GET /images", "GET /images/x",
            "POST /images/x", "PUT /images/x/tag",
            "DELETE /images", "POST /images/get", "GET /debug/pprof/heap", "GET /debug/vars", "GET /metrics",
            "POST /exec/x/y/start", "GET /exec/x",
            "POST /networks", "POST /volumes", "POST /networks/x/y/connect", "DELETE /networks/x/y", "POST /build/x",
            "GET /build", "GET /session",
            "POST /commit/x", "GET /swarm/x", "POST /plugins", "GET /distribution/json", "POST /system/df",
            "POST /info", "GET /_ping/x",
        ]
    ) func unknown(_ line: String) throws {
        let words = line.split(separator: " ").map(String.init)
        let refusal = try #require(throws: DockerRefusal.self) {
            let target = words[1] == "/" ? try DockerTarget(parsing: "/x") : try DockerTarget(parsing: words[1])
            return try PolicyTable.match(method: words[0], target: target)
        }
        #expect(refusal.status == 403)
        #expect(refusal.reason == "unknown-call")
    }

    @Test(
        "what is no name and no id is refused",
        arguments: [
            "GET /containers/a%20b/json", "GET /containers/a@b/json", "GET /containers/a:b/json",
            "GET /containers/a%3Fb/json", "GET /containers/a%25/json",
            "GET /containers/%23/json", "GET /containers/\u{25}C3\u{25}A4/json", "GET /containers/a+b/json",
            "GET /volumes/a:b", "DELETE /volumes/a%20b",
            "GET /networks/a;b", "GET /images/a%20b/json", "GET /images/a%3Fb/json", "POST /images/a%26b/tag",
            "GET /images/%2525/json",
            "POST /exec/a,b/start", "GET /exec/a=b/json",
        ]
    ) func badReferences(_ line: String) throws {
        let words = line.split(separator: " ").map(String.init)
        let refusal = try #require(throws: DockerRefusal.self) { try Samples.match(words[0], words[1]) }
        // The docker CLI looks for a container of an image's name first, and goes on only after 404.
        #expect(refusal.status == (words[1].hasPrefix("/images/") ? 400 : 404))
    }

    @Test("a name of 512 bytes passes, and not a byte more")
    func longReference() throws {
        let name = String(repeating: "a", count: 512)
        #expect(try Samples.match("GET", "/containers/\(name)/json").reference == name)
        #expect(throws: DockerRefusal.self) { try Samples.match("GET", "/containers/\(name)a/json") }
    }

    @Test("names of images keep their slashes, ports and digests")
    func imageNames() throws {
        for name in Samples.references(.image) {
            let call = try Samples.match("GET", "/v1.41/images/\(name)/json?manifests=1")
            #expect(call.reference == name)
            #expect(call.uri() == "/v1.41/images/\(name)/json?manifests=1")
            #expect(try Samples.match("DELETE", "/images/\(name)").reference == name)
        }
        #expect(try Samples.match("GET", "/images/x%40\(Samples.digest)/json").reference == "x@\(Samples.digest)")
    }

    @Test("the engine gets the id in place of the name, and the query in place of the client's, encoded")
    func rebuilt() throws {
        let call = try Samples.match("GET", "/v1.41/containers/web/archive?path=%2Fa+b%26c%3Dd%23")
        #expect(call["path"] == "/a b&c=d#")
        #expect(call.uri() == "/v1.41/containers/web/archive?path=%2Fa%20b%26c%3Dd%23")
        #expect(call.uri(reference: "0a") == "/v1.41/containers/0a/archive?path=%2Fa%20b%26c%3Dd%23")
        #expect(call.uri(reference: "../x", query: [("a&b", "?c")]) == "/v1.41/containers/..%2Fx/archive?a%26b=%3Fc")
        #expect(call.uri(query: []) == "/v1.41/containers/web/archive")
    }
}
