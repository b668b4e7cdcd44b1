import HTTPTypes
import Hummingbird

/// What operators and their monitoring ask: `/healthz`, `/readyz`, `/metrics`, `/openapi.yaml`.
struct OperatorRoutes: Sendable {
    let parts: BridgeParts

    private struct Health: Encodable {
        let status: String
        var reason: String?
    }

    /// Whether the process answers.
    func health(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        try JSON.response(Health(status: "ok"))
    }

    /// Whether people can be signed in; 503 with the reason when they cannot.
    func ready(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        switch await parts.health.problem() {
        case nil: try JSON.response(Health(status: "ok"))
        case "starting": try JSON.response(Health(status: "starting"), status: .serviceUnavailable)
        case let reason: try JSON.response(Health(status: "unavailable", reason: reason), status: .serviceUnavailable)
        }
    }

    func metrics(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8", .cacheControl: "no-store"],
            body: .init(byteBuffer: .init(string: await parts.metricsText()))
        )
    }

    func openAPI(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "application/yaml", .cacheControl: "max-age=300"],
            body: .init(byteBuffer: .init(bytes: PackageResources.openapi_yaml))
        )
    }
}
