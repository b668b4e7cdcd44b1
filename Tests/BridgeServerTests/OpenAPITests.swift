import HTTPTypes
import Testing
import Yams

@testable import BridgeServer

@Suite("openapi.yaml")
struct OpenAPITests {
    private let bridge: TestBridge
    /// "GET /path", by the tag of the listener.
    private let operations: [(method: HTTPRequest.Method, path: String, tags: [String])]
    private let document: [String: Any]

    init() async throws {
        bridge = try await TestBridge()
        let text = try await bridge.ask(.get, "/openapi.yaml", token: nil).body
        document = try #require(try Yams.load(yaml: text) as? [String: Any])
        var operations: [(HTTPRequest.Method, String, [String])] = []
        for (path, item) in try #require(document["paths"] as? [String: [String: Any]]) {
            for (name, operation) in item {
                guard let operation = operation as? [String: Any], operation["operationId"] != nil,
                    let method = HTTPRequest.Method(name.uppercased())
                else { continue }
                operations.append((method, path, operation["tags"] as? [String] ?? []))
            }
        }
        self.operations = operations
    }

    private static func filled(_ path: String) -> String {
        path.replacing("{name}", with: "alice").replacing("{id}", with: "0123456789abcdef01234567")
    }

    @Test("is OpenAPI 3.1, the same on both listeners, and every operation has a name of its own")
    func document() async throws {
        #expect((document["openapi"] as? String)?.hasPrefix("3.1") == true)
        #expect(operations.count > 15)
        let other = try await Browser(bridge).open("/openapi.yaml").body
        #expect(try await bridge.ask(.get, "/openapi.yaml", token: nil).body == other)
        #expect(operations.allSatisfy { $0.tags.count == 1 })
    }

    @Test("everything in it is answered by its listener, and by a status that it lists")
    func walk() async throws {
        let browser = Browser(bridge)
        try await browser.signIn("ada")
        let paths = try #require(document["paths"] as? [String: [String: Any]])
        for (method, path, tags) in operations {
            let place = Self.filled(path)
            // What Portainer's server asks has tests of its own.
            if tags.contains("portainer") { continue }
            let reply =
                tags.contains("services") || tags.contains("operators")
                ? try await bridge.ask(method, place, json: method == .post ? "{}" : nil)
                : try await browser.fetch(place, method: method)
            let operation = paths[path]?[method.rawValue.lowercased()] as? [String: Any]
            let listed = try #require(operation?["responses"] as? [String: Any])
            #expect(reply.status != 404 || path.contains("{"), "\(method) \(path)")
            #expect(reply.status != 405)
            #expect(listed["\(reply.status)"] != nil || listed["default"] != nil, "\(method) \(path) \(reply.status)")
        }
    }

    @Test("every route of the API is in it")
    func complete() throws {
        let listed = Set(operations.map { "\($0.method) \($0.path)" })
        let routes =
            (bridge.routers.serviceRoutes().addresses + bridge.routers.proxyRoutes().addresses
            + BridgeRouters.portainerRoutes(try bridge.portainerDesk(), logger: TestBridge.logger).addresses)
            .filter { $0.method != .head }
        // The pages for people are no API.
        let pages = ["/login", "/logout", "/account", "/people", "/static/"]
        for (method, path) in routes where path != "/" && !pages.contains(where: path.hasPrefix) {
            #expect(listed.contains("\(method) \(path)"))
        }
        let known = Set(routes.map { "\($0.method) \($0.path)" })
        for operation in operations where operation.method != .head {
            #expect(known.contains("\(operation.method) \(operation.path)"))
        }
    }
}
