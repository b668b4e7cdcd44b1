import Hummingbird

/// Knows an address in one spelling only. The router would take `//auth` and `/auth/` for `/auth`, and nginx would not: what two programs
/// read differently is where an access rule is slipped past.
struct ExactPathMiddleware: RouterMiddleware {
    typealias Context = BridgeRequestContext

    func handle(
        _ request: Request,
        context: BridgeRequestContext,
        next: (Request, BridgeRequestContext) async throws -> Response
    ) async throws -> Response {
        let path = request.uri.path
        guard path == "/" || !path.hasSuffix("/"), !path.contains("//") else {
            throw Problem(.notFound, .notFound, "There is nothing here.")
        }
        return try await next(request, context)
    }
}
