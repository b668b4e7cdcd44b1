import HTTPTypes
import Hummingbird

/// Collects the routes of a listener, so that a wrong method can be told from a wrong address: 405 with `Allow`
/// (RFC 9110 §15.5.6) instead of 404.
struct RouteTable {
    typealias Handler = @Sendable (Request, BridgeRequestContext) async throws -> Response

    private var routes: [(Router<BridgeRequestContext>) -> Void] = []
    private var methods: [String: Set<HTTPRequest.Method>] = [:]
    private let middleware: [any MiddlewareProtocol<Request, Response, BridgeRequestContext>]

    /// - Parameter middleware: what every request passes, in this order.
    init(middleware: [any MiddlewareProtocol<Request, Response, BridgeRequestContext>]) {
        self.middleware = middleware
    }

    /// A route for everybody who reached the listener. A GET route answers HEAD too.
    mutating func on(_ method: HTTPRequest.Method, _ path: String, use handler: @escaping Handler) {
        remember(method, path)
        routes.append { $0.on(RouterPath(path), method: method, use: handler) }
    }

    /// A route behind a further check.
    mutating func on(
        _ method: HTTPRequest.Method,
        _ path: String,
        behind check: some RouterMiddleware<BridgeRequestContext>,
        use handler: @escaping Handler
    ) {
        remember(method, path)
        routes.append { $0.group().add(middleware: check).on(RouterPath(path), method: method, use: handler) }
    }

    private mutating func remember(_ method: HTTPRequest.Method, _ path: String) {
        methods[path, default: []].formUnion(method == .get ? [.get, .head] : [method])
    }

    /// The routes so far, with paths as openapi.yaml writes them.
    var addresses: [(method: HTTPRequest.Method, path: String)] {
        methods.flatMap { path, methods in methods.map { ($0, path.hasPrefix("/") ? path : "/\(path)") } }
    }

    /// The finished listener's answers.
    func responder() -> some HTTPResponder<BridgeRequestContext> {
        let router = Router(context: BridgeRequestContext.self, options: [.autoGenerateHeadEndpoints])
        for middleware in middleware { router.add(middleware: middleware) }
        router.add(middleware: MethodMiddleware(methods))
        for route in routes { route(router) }
        return router.buildResponder()
    }
}
