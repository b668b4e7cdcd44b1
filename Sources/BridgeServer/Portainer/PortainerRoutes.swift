import HTTPTypes
import Hummingbird
import Identity
import PortainerSignIn
import Sessions

/// What nginx asks the bridge for `/portainer/`: the person's token before each request, and Portainer's own sign-out.
struct PortainerRoutes: Sendable {
    let parts: BridgeParts

    /// The service as `services` of bridge.yaml names it.
    private static let service = "portainer"

    // MARK: The token

    /// `GET /auth/portainer`: who it is and may they, as `/auth`, and with what token nginx lets them in. Never without one.
    func token(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        let principal: Principal
        switch await judge(request) {
        case .allowed(let person): principal = person
        case let judgement: return Self.refusal(judgement, request)
        }
        guard Self.isOwnAct(request) else {
            return Self.empty(.forbidden, [.bridgePortainer: "cross-site"])
        }
        guard let desk = parts.portainer else { return Self.absent(.away) }
        let answer = await desk.tokens.token(for: principal, refused: request.headers[.portainerRefused])
        // It may have waited for twenty seconds, in which somebody was switched off.
        let session = await parts.tables.session(cookies: request.headers[values: .cookie], now: .now)
        guard session?.principal == principal else { return Self.refusal(.unauthenticated, request) }
        switch answer {
        case .absent(let absence): return Self.absent(absence)
        case .token(let token):
            var response = Self.empty(.ok, [.portainerToken: token.value])
            for (name, value) in VerifyAnswers.identityHeaders(principal) {
                guard let field = HTTPField.Name(name) else { continue }
                response.headers[field] = value
            }
            return response
        }
    }

    private func judge(_ request: Request) async -> VerifyTables.Judgement {
        await parts.tables.judge(cookies: request.headers[values: .cookie], service: Self.service, now: .now)
    }

    /// Portainer itself asks for no proof of a page's origin, since no cookie of its own is there (see docs/security).
    private static func isOwnAct(_ request: Request) -> Bool {
        BrowserRequest(request).isOwnAct(
            method: request.headers[.originalMethod] ?? "",
            isUpgrade: request.headers[.originalUpgrade] != nil
        )
    }

    private static func refusal(_ judgement: VerifyTables.Judgement, _ request: Request) -> Response {
        guard case .unauthenticated = judgement else { return empty(.forbidden) }
        let addresses = request.headers[values: .originalURI]
        let address = addresses.count == 1 ? Array(addresses[0].utf8) : nil
        return empty(.unauthorized, [.location: VerifyAnswers.signInLocation(originalURI: address)])
    }

    private static func absent(_ absence: PortainerAbsence) -> Response {
        empty(.serviceUnavailable, [.bridgePortainer: absence.rawValue])
    }

    /// nginx keeps the connection of an auth subrequest only when the answer has no body.
    private static func empty(_ status: HTTPResponse.Status, _ headers: HTTPFields = [:]) -> Response {
        var headers = headers
        headers[.contentLength] = "0"
        headers[.cacheControl] = "no-store"
        return Response(status: status, headers: headers)
    }

    // MARK: Signing out

    /// `POST /portainer/api/auth/logout`, which Portainer's page sends: ends the bridge's session, or the page would be let in
    /// again at once.
    func signOut(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        guard BrowserRequest(request).isOwnAct(method: "POST", isUpgrade: false) else {
            throw Problem(.forbidden, .crossSite, SignInSentence.crossSite)
        }
        if let person = await SignedInBrowser(leaving: request, parts: parts) {
            try await parts.register.end(id: person.session.id, reason: .signedOut, now: .now)
            parts.record(.signOut, session: person.session, service: Self.service)
        }
        let cookies = BridgeCookies(parts.configuration.session)
        return Response(status: .noContent, headers: [.cacheControl: "no-store", .setCookie: cookies.clearSession()])
    }
}
