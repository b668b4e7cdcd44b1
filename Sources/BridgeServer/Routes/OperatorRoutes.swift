import HTTPTypes
import Hummingbird
import UserStore

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
        do {
            _ = try parts.store.current()
        } catch {
            return try JSON.response(Health(status: "unavailable", reason: error.word), status: .serviceUnavailable)
        }
        guard parts.gate.isOpen else {
            return try JSON.response(Health(status: "starting"), status: .serviceUnavailable)
        }
        return try JSON.response(Health(status: "ok"))
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

extension StoreError {
    /// What is wrong in a word, without the path: anybody on this host may ask `/readyz`.
    fileprivate var word: String {
        switch self {
        case .notRead: "user store not read yet"
        case .missing: "user store missing"
        case .unreadable: "user store unreadable"
        case .notADatabase, .foreign: "no user store"
        case .corrupt: "user store damaged"
        case .busy: "user store locked"
        }
    }
}
