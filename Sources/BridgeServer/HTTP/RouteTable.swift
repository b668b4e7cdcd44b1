import HTTPTypes
import Hummingbird

/// Collects the routes of a listener, so that a wrong method can be told from a wrong address: 405 with `Allow`
/// (RFC 9110 §15.5.6) instead of 404.
struct RouteTable {
    typealias Handler = @Sendable (Request, BridgeRequestContext) async throws -> Response

    private struct Path {
        let group: RouterGroup<BridgeRequestContext>
        var methods: Set<HTTPRequest.Method>
    }

    private static let methods: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete, .options]

    private let router: Router<BridgeRequestContext>
    private var paths: [String: Path] = [:]

    init(middleware: [any MiddlewareProtocol<Request, Response, BridgeRequestContext>]) {
        router = Router(context: BridgeRequestContext.self, options: [.autoGenerateHeadEndpoints])
        for middleware in middleware { router.add(middleware: middleware) }
    }

    /// A route for everybody who reached the listener. A GET route answers HEAD too.
    mutating func on(_ method: HTTPRequest.Method, _ path: String, use handler: @escaping Handler) {
        add(method, path, to: router.group(), handler)
    }

    /// A route behind further checks.
    mutating func on(
        _ method: HTTPRequest.Method,
        _ path: String,
        behind check: some RouterMiddleware<BridgeRequestContext>,
        use handler: @escaping Handler
    ) {
        add(method, path, to: router.group().add(middleware: check), handler)
    }

    private mutating func add(
        _ method: HTTPRequest.Method,
        _ path: String,
        to group: RouterGroup<BridgeRequestContext>,
        _ handler: @escaping Handler
    ) {
        group.on(RouterPath(path), method: method, use: handler)
        paths[path, default: Path(group: group, methods: [])].methods.insert(method)
    }

    /// The routes so far, with paths as openapi.yaml writes them.
    var addresses: [(method: HTTPRequest.Method, path: String)] {
        paths.flatMap { path, entry in
            entry.methods.map { ($0, path.hasPrefix("/") ? path : "/\(path)") }
        }
    }

    /// The finished listener's answers.
    func responder() -> some HTTPResponder<BridgeRequestContext> {
        for (path, entry) in paths {
            let allowed = entry.methods.union(entry.methods.contains(.get) ? [.head] : [])
            let allow = allowed.map(\.rawValue).sorted().joined(separator: ", ")
            for method in Self.methods where !allowed.contains(method) {
                entry.group.on(RouterPath(path), method: method) { _, _ -> Response in
                    throw Problem(
                        .methodNotAllowed,
                        .methodNotAllowed,
                        "This address takes \(allow) only.",
                        headers: [.allow: allow]
                    )
                }
            }
        }
        return router.buildResponder()
    }
}
