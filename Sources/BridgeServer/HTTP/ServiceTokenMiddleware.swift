import HTTPTypes
import Hummingbird

/// Lets only known services in: each shows its own token (RFC 6750 §2.1). Loopback proves nothing, since every user of
/// this host can reach it.
struct ServiceTokenMiddleware: RouterMiddleware {
    typealias Context = BridgeRequestContext

    let tokens: ServiceTokens

    func handle(
        _ request: Request,
        context: BridgeRequestContext,
        next: (Request, BridgeRequestContext) async throws -> Response
    ) async throws -> Response {
        let shown = request.headers[values: .authorization]
        guard shown.count == 1, let service = tokens.service(authorization: shown[0]) else {
            throw Problem(
                .unauthorized,
                .badToken,
                "This listener wants the token of a service (Authorization: Bearer …).",
                headers: [.wwwAuthenticate: "Bearer realm=\"diycloud-bridge\""]
            )
        }
        var context = context
        context.service = service
        return try await next(request, context)
    }
}
