import Foundation
import HTTPTypes
import Hummingbird

@testable import BridgeServer

/// Portainer's server on its listener.
struct PortainerListener {
    private let responder: any HTTPResponder<BridgeRequestContext>

    init(_ desk: PortainerDesk) {
        responder = BridgeRouters.portainerRoutes(desk, logger: TestBridge.logger).responder()
    }

    /// Name and secret as Go's OAuth client writes them.
    static func basic(secret: String = TestBridge.clientSecret) -> String {
        var encoded = ""
        encoded.appendPercentEncoded(secret.utf8)
        return "Basic \(Data("diycloud-bridge:\(encoded)".utf8).base64EncodedString())"
    }

    func post(_ path: String, _ form: String, authorization: String? = basic(), type: String? = nil) async throws
        -> Reply
    {
        var headers: HTTPFields = [.contentType: type ?? "application/x-www-form-urlencoded"]
        if let authorization { headers[.authorization] = authorization }
        return try await Reply(responder, .post, path, headers: headers, body: form)
    }

    func get(_ path: String, authorization: String? = nil) async throws -> Reply {
        var headers: HTTPFields = [:]
        if let authorization { headers[.authorization] = authorization }
        return try await Reply(responder, .get, path, headers: headers, body: "")
    }
}
