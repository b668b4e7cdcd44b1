import Hummingbird
import Identity
import ServiceLifecycle
import Sessions

/// What services ask about sessions: `/api/v1/sessions/introspect`, `/api/v1/sessions/end`, `/api/v1/revocations`.
struct SessionRoutes: Sendable {
    let parts: BridgeParts

    /// The longest that a question for revocations is held open, in seconds.
    static let longestWait = 30

    private struct IntrospectBody: Decodable {
        let assertion: String?
        let state: String?
        let session: String?
    }

    private struct Introspection: Encodable {
        struct SessionPart: Encodable {
            let id: String
            let expiresAt: Int64
        }
        let active: Bool
        var user: UserDocument?
        var session: SessionPart?
    }

    /// Redeems an assertion, once, or says whether a session still counts. The shape of the answer is RFC 7662's.
    func introspect(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        let body = try await JSON.decode(IntrospectBody.self, from: request)
        let now = Int64.now
        let id: SessionID?
        switch (body.assertion, body.state, body.session) {
        case (let assertion?, let state?, nil):
            guard let audience = context.service.flatMap({ ServiceName($0) }) else {
                throw Problem(.forbidden, .forbidden, "This token cannot redeem assertions.")
            }
            id = try await parts.assertions.redeem(assertion, audience: audience, state: state, now: now)
        case (nil, nil, let session?):
            id = SessionID(session)
        default:
            throw Problem(.badRequest, .badRequest, "Either \"assertion\" and \"state\", or \"session\" is expected.")
        }
        guard parts.gate.isOpen, let id, let session = await parts.register.session(id: id), session.isValid(now: now)
        else { return try JSON.response(Introspection(active: false)) }
        // Notebook pages ask nginx nothing, so a service's question is what shows that the person is still at work.
        session.touch(now: now)
        return try JSON.response(
            Introspection(
                active: true,
                user: UserDocument(session.principal),
                session: .init(id: session.id.rawValue, expiresAt: session.expiresAt)
            )
        )
    }

    private struct EndBody: Decodable {
        let session: String
    }

    /// Signs the browser out everywhere; nothing happens when it is out already.
    func end(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        let body = try await JSON.decode(EndBody.self, from: request)
        if let id = SessionID(body.session), let session = await parts.register.session(id: id) {
            try await parts.register.end(id: id, reason: .signedOut, now: .now)
            parts.record(.signOut, session: session, service: context.service)
        }
        return Response(status: .noContent)
    }

    private struct Page: Encodable {
        struct Entry: Encodable {
            let seq: Int64
            let user: String
            @ExplicitNull var session: String?
            let reason: String
            let at: Int64
        }
        let cursor: Int64
        let complete: Bool
        let revocations: [Entry]
    }

    /// What has ended since a cursor; waits for news when there is none.
    func revocations(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        guard let after = try request.integer("after", in: 0...Int64.max) else {
            let page = RevocationPage(
                cursor: try await parts.register.revocationCursor(),
                revocations: [],
                isComplete: true
            )
            return try JSON.response(Self.document(page))
        }
        let wait = try request.integer("wait", in: 0...Int64(Self.longestWait)) ?? 0
        // A service that is told to stop does not wait for news.
        let page = try await cancelWhenGracefulShutdown {
            try await parts.register.waitForRevocations(after: after, timeout: .seconds(wait))
        }
        return try JSON.response(Self.document(page))
    }

    private static func document(_ page: RevocationPage) -> Page {
        Page(
            cursor: page.cursor,
            complete: page.isComplete,
            revocations: page.revocations.map { revocation in
                Page.Entry(
                    seq: revocation.seq,
                    user: revocation.user.rawValue,
                    session: revocation.session?.rawValue,
                    reason: revocation.reason.rawValue,
                    at: revocation.at
                )
            }
        )
    }
}
