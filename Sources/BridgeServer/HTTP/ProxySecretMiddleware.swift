import HTTPTypes
import Hummingbird

/// Takes requests only from nginx, where the listener is a TCP address that every user of this host can reach.
struct ProxySecretMiddleware: RouterMiddleware {
    typealias Context = BridgeRequestContext

    let secret: [UInt8]

    func handle(
        _ request: Request,
        context: BridgeRequestContext,
        next: (Request, BridgeRequestContext) async throws -> Response
    ) async throws -> Response {
        let shown = request.headers[values: .proxySecret]
        guard shown.count == 1,
            Array(shown[0].utf8).withUnsafeBytes({ $0.equalsInConstantTime(secret) })
        else { throw Problem(.forbidden, .forbidden, "Only the reverse proxy may call here.") }
        return try await next(request, context)
    }
}
