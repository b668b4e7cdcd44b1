/// Why Portainer made no token. No text of it holds a code or a token.
public enum MintFailure: Error, Sendable, Equatable {
    /// Nothing listens there, or it broke off, or it did not answer in time. Its rate limiter has counted nothing.
    case unreachable(String)
    /// Portainer has no account of that name (403 "Account not created beforehand").
    case noAccount
    /// Portainer's settings name no OAuth provider yet (403 "OAuth authentication is not enabled").
    case notSetUp
    /// Portainer's rate limiter has banned this address, for an hour (403 "Access denied").
    case banned
    /// Portainer could not redeem the code with us (500): a wrong client secret, or an address that it cannot reach.
    case exchangeFailed
    /// Portainer waits for its first administrator, or has waited too long (303 `AdminInitTimeout`).
    case notInitialized
    /// Portainer still takes for an administrator who is none any more in the user store.
    case roleTooHigh
    /// Something else than the API says.
    case unexpected(String)
}

extension MintFailure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unreachable(let reason): "Portainer does not answer: \(reason)"
        case .noAccount: "Portainer has no account of that name yet; sync-users makes it"
        case .notSetUp: "Portainer does not know the bridge as its OAuth provider yet; sync-users tells it"
        case .banned:
            "Portainer's rate limiter has banned this address for an hour; a restart of Portainer ends that at once. Something else "
                + "signs in at Portainer from here"
        case .exchangeFailed:
            "Portainer could not redeem a code at the bridge: is portainer.bridge_url reachable for it, and was sync-users run since "
                + "portainer.client_secret_file changed?"
        case .notInitialized: "Portainer has no administrator yet; start it with --admin-password-file"
        case .roleTooHigh:
            "Portainer still takes this person for an administrator, the user store does not; sync-users changes that"
        case .unexpected(let what): "Portainer answered otherwise than its API says: \(what)"
        }
    }
}
