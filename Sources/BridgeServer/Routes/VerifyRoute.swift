import HTTPTypes
import Hummingbird

/// `GET /auth` for callers whose requests are not written as nginx writes them; the same verdicts as ``VerifyHandler``.
struct VerifyRoute: Sendable {
    let parts: BridgeParts

    func callAsFunction(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        let services = request.headers[values: .bridgeService]
        let addresses = request.headers[values: .originalURI]
        guard services.count <= 1, addresses.count <= 1 else { return Self.response(.forbidden) }
        let judgement = await parts.tables.judge(
            cookies: request.headers[values: .cookie],
            service: services.first,
            now: .now
        )
        switch judgement {
        case .allowed(let principal):
            var response = Self.response(.ok)
            for (name, value) in VerifyAnswers.identityHeaders(principal) {
                guard let field = HTTPField.Name(name) else { continue }
                response.headers[field] = value
            }
            return response
        case .refused:
            return Self.response(.forbidden)
        case .unauthenticated:
            var response = Self.response(.unauthorized)
            response.headers[.location] = VerifyAnswers.signInLocation(
                originalURI: addresses.first.map { Array($0.utf8) }
            )
            return response
        }
    }

    private static func response(_ status: HTTPResponse.Status) -> Response {
        Response(status: status, headers: [.contentLength: "0"])
    }
}
