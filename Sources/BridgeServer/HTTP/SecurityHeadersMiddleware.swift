import HTTPTypes
import Hummingbird

/// What every page says to the browser about itself.
struct SecurityHeadersMiddleware: RouterMiddleware {
    typealias Context = BridgeRequestContext

    /// Nothing but our own style sheet; no script at all, but on the portal's pages.
    static let contentSecurityPolicy =
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

    /// The portal's pages have scripts. Only those of `/portal/` run, and they reach the API only: every notebook server's files have
    /// the same origin, so that `'self'` alone would let a page run what a user wrote.
    /// - Parameter origin: the site as the browser sees it; where it is not known, or cannot stand in a policy (an address of IPv6),
    ///   the policy falls back to `'self'`.
    static func portalPolicy(origin: String?) -> String {
        let site = origin.flatMap { $0.contains("[") ? nil : $0 }
        let scripts = site.map { "\($0)/portal/" } ?? "'self'"
        let calls = site.map { "\($0)/api/v1/" } ?? "'self'"
        return contentSecurityPolicy + "; script-src \(scripts); connect-src \(calls)"
    }

    func handle(
        _ request: Request,
        context: BridgeRequestContext,
        next: (Request, BridgeRequestContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        if response.headers[.contentSecurityPolicy] == nil {
            response.headers[.contentSecurityPolicy] = Self.contentSecurityPolicy
        }
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
