import HTTPTypes
import Hummingbird

/// What every page says to the browser about itself.
struct SecurityHeadersMiddleware: RouterMiddleware {
    typealias Context = BridgeRequestContext

    /// Nothing but our own style sheet; no script at all.
    static let contentSecurityPolicy =
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

    func handle(
        _ request: Request,
        context: BridgeRequestContext,
        next: (Request, BridgeRequestContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        response.headers[.contentSecurityPolicy] = Self.contentSecurityPolicy
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[.frameOptions] = "DENY"
        // "no-referrer" would make browsers send "Origin: null" with our own forms (Fetch §3.2.6).
        response.headers[.referrerPolicy] = "same-origin"
        // Cuts the link to a page of a notebook server that opened this one in a window and would read it.
        response.headers[.openerPolicy] = "same-origin"
        response.headers[.resourcePolicy] = "same-origin"
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        return response
    }
}
