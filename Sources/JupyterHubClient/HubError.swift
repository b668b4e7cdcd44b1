/// Why JupyterHub did not do what it was asked. No text of it ever holds the token.
public enum HubError: Error, Sendable, Equatable {
    /// There is no usable address or token; the sentence says what to write where.
    case notConfigured(String)
    /// Nothing listens at the address, or it broke off, or it did not answer in time.
    case unreachable(address: String, reason: String)
    /// The hub does not know the token.
    case tokenRefused(file: String)
    /// The hub knows the token, but it may not do all that is needed.
    case missingScopes(file: String, scopes: [String])
    /// A hub that does not run the bridge's authenticator, or an older one of it.
    case notOurs(address: String)
    /// A server that was told to stop still runs after the time limit. `server` is empty for the default one.
    case stillRunning(user: String, server: String, seconds: Int)
    /// Any other answer than the call has. `message` is the hub's own, one line.
    case unexpected(call: String, status: Int, message: String)
    /// An answer that is not of the agreed shape, or too large.
    case garbled(call: String, reason: String)
}

extension HubError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notConfigured(let sentence): sentence
        case .unreachable(let address, let reason):
            "JupyterHub does not answer at \(address) (\(reason)): is it running, and is jupyterhub.api in bridge.yaml right?"
        case .tokenRefused(let file):
            "JupyterHub does not know the token in \(file): it reads that file when it starts, so restart it"
        case .missingScopes(let file, let scopes):
            "JupyterHub's service of the token in \(file) lacks \(scopes.joined(separator: ", ")): "
                + "use the shipped jupyterhub_config.py, or add the scopes to the role diycloud-sync, and restart JupyterHub"
        case .notOurs(let address):
            "the JupyterHub at \(address) has no way to settle people: "
                + "it has to run DIYCloudAuthenticator of the installed version (config/jupyterhub/README.md)"
        case .stillRunning(let user, let server, let seconds):
            "the \(server.isEmpty ? "" : "\(server) ")server of \(user) still runs after \(seconds) s of stopping: "
                + "JupyterHub's log says what it waits for"
        case .unexpected(let call, let status, let message):
            "JupyterHub answered \(call) with \(status)\(message.isEmpty ? "" : ": \(message)")"
        case .garbled(let call, let reason): "JupyterHub's answer to \(call) is not understood: \(reason)"
        }
    }
}
