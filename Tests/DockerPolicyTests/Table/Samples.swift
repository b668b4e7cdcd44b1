import Testing

@testable import DockerPolicy

/// Paths and calls made from the table's own lines.
enum Samples {
    static let digest = "sha256:" + String(repeating: "0a", count: 32)

    /// What may stand in the place of an object.
    static func references(_ object: OperationRule.Object) -> [String] {
        switch object {
        case .none: [""]
        case .image:
            [
                "busybox", "busybox:1.36", "alice/tool:latest", "localhost:5000/a/b/c:v1",
                "registry.example.org:443/x@" + digest, digest, "json",
                "json/json", "get", "create", "load/json", "history/get", "a/tag", "tag/push", "0a1b2c3d4e5f",
            ]
        case .container, .exec, .network, .volume:
            [
                "web", "json", "create", "prune", "compose_web_1", "My.Net-work_9", "0a1b2c3d4e5f",
                String(repeating: "f0", count: 32),
            ]
        }
    }

    static func paths(_ rule: OperationRule) -> [String] {
        references(rule.object).flatMap { reference in
            ["x", "vendor/plugin:latest"].map { rest in
                "/"
                    + rule.parts.map { part in
                        switch part {
                        case .word(let word): word
                        case .object, .objectPath: reference
                        case .id: "4b2f0a"
                        case .rest: rest
                        }
                    }.joined(separator: "/")
            }
        }
    }

    static func match(_ method: String, _ text: String) throws -> MatchedCall {
        try PolicyTable.match(method: method, target: DockerTarget(parsing: text))
    }

    /// What is rebuilt is understood as the same call, and rebuilt the same.
    static func expectRebuilt(_ call: MatchedCall) throws {
        let uri = call.uri()
        let again = try match(call.rule.method, uri)
        #expect(again.rule.pattern == call.rule.pattern)
        #expect(again.version == call.version)
        #expect(again.reference == call.reference)
        #expect(again.rest == call.rest)
        #expect(again.query.map(\.name) == call.query.map(\.name))
        #expect(again.query.map(\.value) == call.query.map(\.value))
        #expect(again.uri() == uri)
    }
}

extension OperationRule {
    /// As in the table.
    var line: String { "\(method) \(pattern)" }

    /// As in the table of who may what.
    var group: String {
        switch who {
        case .everyone: "everyone"
        case .administrators: "administrators"
        case .nobody: "nobody"
        }
    }
}
