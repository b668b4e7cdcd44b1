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
            services: await parts.tiles(for: principal.role).map { tile in
                .init(
                    name: tile.name,
                    link: PageLink(href: tile.url, label: tile.title),
                    description: tile.description,
                    state: ServiceState(rawValue: tile.state) ?? .unknown
                )
            },
            usage: .init(await parts.usage.document(of: record)),
            running: await parts.running(of: record).things,
            csrf: person.csrfToken(parts.serverKey)
        )
        return Response.portalPage(page.html(), for: person.browser)
    }
}

extension RunningDocument {
    /// As the page shows them.
    fileprivate var things: [RunningThing] {
        func memory(_ bytes: Int64?) -> String? { bytes.flatMap(ByteCount.init(bytes:))?.description }
        return servers.map {
            RunningThing(kind: .notebookServer, name: $0.name, memory: memory($0.memoryBytes), link: $0.url)
        }
            + containers.map { RunningThing(kind: .container, name: $0.name, memory: memory($0.memoryBytes)) }
            + others.map {
                RunningThing(
                    kind: RunningThing.Kind(rawValue: $0.kind) ?? .other,
                    name: $0.name,
                    memory: memory($0.memoryBytes)
                )
            }
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
