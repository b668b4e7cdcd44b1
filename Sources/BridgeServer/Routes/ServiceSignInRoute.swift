import HTTPTypes
import Hummingbird
import Identity
import Sessions

/// `GET /login/service/{service}`: brings a signed-in browser to a service with an assertion, or to the sign-in page first.
///
/// The assertion is good once, for this service, within seconds, and only together with the state that the service gave this
/// browser. It is made for navigations alone: a script of a notebook page, which has our origin, could read the redirect.
struct ServiceSignInRoute: Sendable {
    let parts: BridgeParts

    func callAsFunction(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        try BrowserRequest(request).requireNavigation()
        guard let name = context.parameters.get("service").flatMap({ ServiceName($0) }),
            let service = parts.configuration.services[name], let callback = service.callback
        else { throw Problem(.notFound, .notFound, "There is no such service.") }
        guard let state = try request.single("state"), (16...128).contains(state.utf8.count),
            state.utf8.allSatisfy(\.isTokenCharacter)
        else { throw Problem(.badRequest, .badRequest, "The service sent no usable state; please open it again.") }
        let next = ReturnAddress(try request.single("next"), origin: nil)

        guard let person = try? await SignedInBrowser(request, parts: parts) else {
            var location = "/login?rd="
            location.appendPercentEncoded(request.uri.string.utf8)
            return Response.seeOther(location)
        }
        guard service.roles.contains(person.session.principal.role) else {
            throw Problem(.forbidden, .forbidden, "\(service.title) is not open to your account.")
        }
        let assertion = try await parts.assertions.issue(
            session: person.session.id,
            audience: name,
            state: state,
            now: .now
        )
        var location = "\(callback)?assertion="
        location.appendPercentEncoded(assertion.utf8)
        location += "&state="
        location.appendPercentEncoded(state.utf8)
        location += "&next="
        location.appendPercentEncoded(next.location.utf8)
        return Response.seeOther(location)
    }
}
