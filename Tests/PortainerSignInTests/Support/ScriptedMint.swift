import Foundation
import Identity
import Synchronization

@testable import PortainerSignIn

/// Portainer and its calls to the provider: turns codes into tokens as long as it is not told otherwise.
final class ScriptedMint: TokenMint {
    struct State {
        var failure: MintFailure?
        var calls: [ManualClock.Instant] = []
        var role = 2
        var lifetime = 28_800
        var name: String?
        /// Calls that wait until they are let go.
        var held: [CheckedContinuation<Void, Never>]?
    }

    let state = Mutex(State())
    let provider: OAuthProvider<ManualClock>
    let clock: ManualClock

    init(provider: OAuthProvider<ManualClock>, clock: ManualClock) {
        self.provider = provider
        self.clock = clock
    }

    var calls: [ManualClock.Instant] { state.withLock { $0.calls } }

    func mint(code: String) async throws(MintFailure) -> String {
        let failure = state.withLock { state in
            state.calls.append(clock.now)
            return state.failure
        }
        if state.withLock({ $0.held != nil }) {
            await withCheckedContinuation { continuation in state.withLock { $0.held?.append(continuation) } }
        }
        if let failure { throw failure }
        guard let access = await provider.accessToken(for: code), let name = await provider.name(for: access) else {
            throw .exchangeFailed
        }
        let claims = state.withLock { state in
            #"{"id":2,"username":"\#(state.name ?? name.rawValue)","role":\#(state.role),"jti":"\#(UUID())","iat":1000,"exp":\#(1000 + state.lifetime)}"#
        }
        return Self.token(claims)
    }

    func hold() { state.withLock { $0.held = [] } }

    func letGo() {
        let held = state.withLock { state in
            defer { state.held = nil }
            return state.held ?? []
        }
        for continuation in held { continuation.resume() }
    }

    static func token(_ claims: String) -> String {
        let parts = [#"{"alg":"HS256","typ":"JWT"}"#, claims].map {
            Data($0.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing(
                "=",
                with: ""
            )
        }
        return "\(parts[0]).\(parts[1]).c2lnbmF0dXJl"
    }
}
