import Audit
import Hummingbird
import Identity
import Sessions

/// What the portal page asks on behalf of the person who looks at it: `/api/v1/me`, `/api/v1/services`, sessions.
struct PersonRoutes: Sendable {
    let parts: BridgeParts

    private struct Me: Encodable {
        let user: UserDocument
        let quota: QuotaDocument
        let session: SessionDocument
    }

    func me(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        let person = try await SignedInBrowser(request, parts: parts)
        guard let quota = try? parts.store.current().users[person.session.principal.name]?.quota else {
            throw Problem.unavailable("The user store cannot be read at the moment.", retryAfter: 10)
        }
        return try JSON.response(
            Me(
                user: UserDocument(person.session.principal),
                quota: QuotaDocument(quota),
                session: SessionDocument(person.session, current: person.session.id)
            )
        )
    }

    /// What the person uses now.
    func usage(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        let person = try await SignedInBrowser(request, parts: parts)
        guard let record = try? parts.store.current().users[person.session.principal.name] else {
            throw Problem.unavailable("The user store cannot be read at the moment.", retryAfter: 10)
        }
        return try JSON.response(await parts.usage.document(of: record))
    }

    /// What runs of the person now.
    func running(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        let person = try await SignedInBrowser(request, parts: parts)
        guard let record = try parts.snapshot().users[person.session.principal.name] else {
            throw Problem.unavailable("The user store cannot be read at the moment.", retryAfter: 10)
        }
        return try JSON.response(await parts.running(of: record))
    }

    private struct ServiceList: Encodable {
        let services: [ServiceTile]
    }

    /// The services, and which of them the person may use and run.
    func services(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        let person = try await SignedInBrowser(request, parts: parts)
        return try JSON.response(ServiceList(services: await parts.tiles(for: person.session.principal.role)))
    }

    private struct Token: Encodable {
        let token: String
    }

    /// The token that state changes must show, for a script.
    ///
    /// Only where no service shares our origin. A page of a notebook server under `/jupyter/` could read it, too, and then act as whoever
    /// opens it; there the token stands in our pages alone, which are given to nobody's script.
    func csrf(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        let person = try await SignedInBrowser(request, parts: parts)
        guard person.browser.isSameOriginForm, !parts.configuration.sharesOrigin(person.browser.origin) else {
            throw Problem(
                .forbidden,
                .crossSite,
                "Services share this site's origin, so the token stands in the pages of the bridge only."
            )
        }
        return try JSON.response(Token(token: person.csrfToken(parts.serverKey)))
    }

    private struct SessionList: Encodable {
        let sessions: [SessionDocument]
    }

    func ownSessions(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        let person = try await SignedInBrowser(request, parts: parts)
        let sessions = await parts.register.sessions(of: person.session.principal.name)
        return try JSON.response(
            SessionList(sessions: sessions.map { SessionDocument($0, current: person.session.id) })
        )
    }

    /// Ends one of the person's own sessions; somebody else's does not exist for them.
    func endOwnSession(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        let person = try await SignedInBrowser(request, parts: parts)
        try person.requireOwnForm(token: request.headers[.csrfToken], parts.serverKey)
        let session = try await named(context)
        guard session.principal.name == person.session.principal.name else { throw Self.noSession }
        return try await end(session, by: person)
    }

    /// Everybody's sessions, or with `?user=` one person's; for administrators.
    func allSessions(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        let person = try await SignedInBrowser(request, parts: parts)
        try person.requireAdministrator()
        let sessions: [ActiveSession]
        if let text = try request.single("user") {
            sessions = if let name = try? UserName(text) { await parts.register.sessions(of: name) } else { [] }
        } else {
            sessions = await parts.register.all()
        }
        return try JSON.response(
            SessionList(sessions: sessions.map { SessionDocument($0, current: person.session.id) })
        )
    }

    func endAnySession(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        let person = try await SignedInBrowser(request, parts: parts)
        try person.requireAdministrator()
        try person.requireOwnForm(token: request.headers[.csrfToken], parts.serverKey)
        return try await end(named(context), by: person)
    }

    private static let noSession = Problem(.notFound, .notFound, "There is no such session.")

    private func named(_ context: BridgeRequestContext) async throws -> ActiveSession {
        guard let id = context.parameters.get("id").flatMap({ SessionID($0) }),
            let session = await parts.register.session(id: id)
        else { throw Self.noSession }
        return session
    }

    private func end(_ session: ActiveSession, by person: SignedInBrowser) async throws -> Response {
        try await parts.register.end(id: session.id, reason: .revoked, now: .now)
        parts.record(.sessionEnded, session: session, reason: .revoked, actor: person.session.principal.name)
        return Response(status: .noContent)
    }
}
