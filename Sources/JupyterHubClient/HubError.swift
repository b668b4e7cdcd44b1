/// Why JupyterHub did not do what it was asked. No text of it ever holds the token.
public enum HubError: Error, Sendable, Equatable {
    /// There is no usable address or token; the sentence says what to write where.
    case notConfigured(String)
    /// Nothing usable listens at the address, or it stopped answering.
    case unreachable(address: String, reason: String)
    /// The hub does not know the token.
    case tokenRefused(file: String)
    /// The hub knows the token, but it may not do all that is needed.
    case missingScopes(file: String, scopes: [String])
    /// A hub that does not run the bridge's authenticator, or an older one of it.
    case notOurs(address: String)
    /// A server that was told to stop still runs after the time limit.
    case stillRunning(user: String, server: String, seconds: Int)
    /// Any other answer than the call has.
    case unexpected(call: String, status: Int, message: String)
    /// An answer that is not of the agreed shape, or too large.
    case garbled(call: String, reason: String)
}
