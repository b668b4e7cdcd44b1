import HTTPTypes
import Hummingbird
import PortainerSignIn

/// What Portainer's server asks the bridge, on a listener of its own: who is behind a code, and which app templates there are.
///
/// On TCP anybody on this host may call. What is answered without the client's secret or a single-use token is public.
struct OAuthRoutes: Sendable {
    let desk: PortainerDesk

    private struct AccessToken: Encodable {
        let accessToken: String
        let tokenType = "Bearer"
        let expiresIn: Int64
    }

    private struct Person: Encodable { let username: String }

    private struct Refusal: Encodable { let error: String }

    /// `POST /oauth/token` (RFC 6749 §4.1.3).
    func token(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        let shown = request.headers[values: .authorization]
        guard shown.count == 1, desk.credentials.accept(authorization: shown[0]) else {
            return try Self.refusal(.unauthorized, "invalid_client", challenge: "Basic realm=\"diycloud-bridge\"")
        }
        let fields = try await FormFields(reading: request)
        guard let grant = fields["grant_type"], let code = fields["code"] else {
            return try Self.refusal(.badRequest, "invalid_request")
        }
        guard grant == "authorization_code" else { return try Self.refusal(.badRequest, "unsupported_grant_type") }
        guard let token = await desk.provider.accessToken(for: code) else {
            return try Self.refusal(.badRequest, "invalid_grant")
        }
        let lifetime = OAuthProvider<ContinuousClock>.lifetime.components.seconds
        return try JSON.response(AccessToken(accessToken: token, expiresIn: lifetime))
    }

    /// `GET /oauth/user`: the name behind an access token, which is used up by it.
    func user(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        let shown = request.headers[values: .authorization]
        guard shown.count == 1, let token = Self.bearer(shown[0]), let name = await desk.provider.name(for: token)
        else {
            return try Self.refusal(.unauthorized, "invalid_token", challenge: "Bearer realm=\"diycloud-bridge\"")
        }
        return try JSON.response(Person(username: name.rawValue))
    }

    /// `GET /templates.json`: the app templates that Portainer offers.
    func templates(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        guard let text = await desk.templates.current() else {
            throw Problem(.notFound, .notFound, "There are no usable templates; the bridge's log says why.")
        }
        return Response(
            status: .ok,
            headers: [.contentType: "application/json", .cacheControl: "no-cache"],
            body: .init(byteBuffer: text)
        )
    }

    private static func bearer(_ authorization: String) -> String? {
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1])
    }

    /// An error as RFC 6749 §5.2 words it.
    private static func refusal(_ status: HTTPResponse.Status, _ error: String, challenge: String? = nil) throws
        -> Response
    {
        var response = try JSON.response(Refusal(error: error), status: status)
        if let challenge { response.headers[.wwwAuthenticate] = challenge }
        return response
    }
}
