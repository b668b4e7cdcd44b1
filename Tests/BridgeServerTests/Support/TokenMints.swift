import Foundation
import PortainerSignIn
import Synchronization

@testable import BridgeServer

/// There is no Portainer.
struct NoMint: TokenMint {
    func mint(code: String) async throws(MintFailure) -> String { throw .unreachable("test") }
}

/// Redeems codes as Portainer's server does, by the routes that it would call.
final class RoutedMint: TokenMint {
    /// The desk of the bridge; set once the bridge is there.
    let desk = Mutex<PortainerDesk?>(nil)
    let failure = Mutex<MintFailure?>(nil)

    func mint(code: String) async throws(MintFailure) -> String {
        if let failure = failure.withLock({ $0 }) { throw failure }
        guard let desk = desk.withLock({ $0 }), let name = try? await redeem(code, desk) else { throw .exchangeFailed }
        let claims = #"{"username":"\#(name)","role":2,"jti":"\#(UUID())","iat":1,"exp":28801}"#
        let payload = Data(claims.utf8).base64EncodedString().replacing("=", with: "")
        return "e30.\(payload.replacing("+", with: "-").replacing("/", with: "_")).c2ln"
    }

    private func redeem(_ code: String, _ desk: PortainerDesk) async throws -> String? {
        let listener = PortainerListener(desk)
        let form =
            "code=\(code)&grant_type=authorization_code&redirect_uri=https%3A%2F%2Fcloud.example.org%2Fportainer%2F"
        let token = try await listener.post("/oauth/token", form)
        guard let access = token["access_token"] as? String else { return nil }
        return try await listener.get("/oauth/user", authorization: "Bearer \(access)")["username"] as? String
    }
}
