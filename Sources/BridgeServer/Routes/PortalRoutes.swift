import HTTPTypes
import Hummingbird
import Identity
import Pages

/// The first page of the site: the services, what one uses and what runs.
struct PortalRoutes: Sendable {
    let parts: BridgeParts

    func show(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        try BrowserRequest(request).requireNavigation()
        guard let person = try? await SignedInBrowser(request, parts: parts) else {
            return Response.seeOther("/login?rd=/")
        }
        let principal = person.session.principal
        guard let record = try? parts.store.current().users[principal.name] else {
            throw Problem.unavailable("The user store cannot be read at the moment.", retryAfter: 10)
        }
        let page = PortalPage(
            principal: principal,
            services: parts.configuration.services.sorted { $0.key < $1.key }.map { name, service in
                .init(
                    name: name.rawValue,
                    link: PageLink(href: service.url, label: service.title),
                    description: service.description,
                    state: service.roles.contains(principal.role) ? .unknown : .notForYou
                )
            },
            usage: .init(await parts.usage.document(of: record)),
            running: [],
            csrf: person.csrfToken(parts.serverKey)
        )
        return Response.portalPage(page.html(), for: person.browser)
    }
}

extension Response {
    /// A page whose scripts keep it fresh and change things.
    static func portalPage(_ html: String, for browser: BrowserRequest) -> Response {
        var response = Response.page(html)
        response.headers[.contentSecurityPolicy] = SecurityHeadersMiddleware.portalPolicy(origin: browser.origin)
        return response
    }
}
