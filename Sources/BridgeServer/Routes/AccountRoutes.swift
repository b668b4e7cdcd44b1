import Audit
import Hummingbird
import Identity
import Pages
import Sessions

/// The page that somebody sees after signing in: who they are, what they may use, where they are signed in.
struct AccountRoutes: Sendable {
    let parts: BridgeParts

    func show(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        try BrowserRequest(request).requireNavigation()
        guard let person = try? await SignedInBrowser(request, parts: parts) else {
            return Response.seeOther("/login?rd=/account")
        }
        let principal = person.session.principal
        guard let record = try? parts.store.current().users[principal.name] else {
            throw Problem.unavailable("The user store cannot be read at the moment.", retryAfter: 10)
        }
        let sessions = await parts.register.sessions(of: principal.name)
        let page = AccountPage(
            principal: principal,
            quota: record.quota,
            usage: .init(await parts.usage.document(of: record)),
            services: parts.services(for: principal.role).map { _, service in
                .init(link: PageLink(href: service.url, label: service.title), description: service.description)
            },
            sessions: sessions.map { session in
                .init(
                    id: session.id.rawValue,
                    userAgent: session.userAgent,
                    address: session.client.description,
                    openedAt: session.createdAt,
                    lastSeenAt: session.lastSeen.load(ordering: .relaxed),
                    isCurrent: session.id == person.session.id
                )
            },
            csrf: person.csrfToken(parts.serverKey),
            now: .now
        )
        return Response.page(page.html())
    }

    /// Ends one of the person's sessions, or with `session=others` all but this one.
    func endSession(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        let person = try await SignedInBrowser(request, parts: parts)
        let fields = try await FormFields(reading: request)
        try person.requireOwnForm(token: fields["csrf"], parts.serverKey)
        let own = await parts.register.sessions(of: person.session.principal.name)
        let chosen = fields["session"]
        let ending = own.filter { session in
            chosen == "others" ? session.id != person.session.id : session.id.rawValue == chosen
        }
        for session in ending {
            try await parts.register.end(id: session.id, reason: .revoked, now: .now)
            parts.record(.sessionEnded, session: session, reason: .revoked, actor: person.session.principal.name)
        }
        return Response.seeOther("/account")
    }
}
