/// JupyterHub's REST API, as far as `sync-users` uses it.
public struct JupyterHubClient: Sendable {
    /// Where the hub is, and how long and how much at once it is asked.
    public struct Configuration: Sendable {
        /// The hub's API: `http://127.0.0.1:8081/jupyter/hub/api`.
        public var api: String
        /// The file with the service token, 32 characters at least; `jupyterhub_config.py` names the same file.
        public var tokenFile: String
        /// How long one call may take.
        public var timeLimit: Duration
        /// How long a server may take to stop.
        public var stopLimit: Duration

        public init(
            api: String,
            tokenFile: String = "/etc/diycloud-bridge/jupyterhub-api.token",
            timeLimit: Duration = .seconds(30),
            stopLimit: Duration = .seconds(60)
        ) {
            self.api = api
            self.tokenFile = tokenFile
            self.timeLimit = timeLimit
            self.stopLimit = stopLimit
        }
    }

    /// Reads the token. Nothing is sent yet.
    /// - Throws: ``HubError/notConfigured(_:)``.
    public init(_ configuration: Configuration) throws(HubError) { fatalError() }

    /// Closes the connections. To be called once, last: a client that is dropped without it ends the process.
    public func shutdown() async { fatalError() }

    /// The hub's version, such as `6.1.1`. Needs no token.
    public func version() async throws(HubError) -> String { fatalError() }

    /// Looks whether the token may do all that the other calls need.
    /// - Throws: ``HubError/tokenRefused(file:)``, ``HubError/missingScopes(file:scopes:)``.
    public func checkToken() async throws(HubError) { fatalError() }

    /// Everybody whom the hub knows, with the servers that run.
    public func users() async throws(HubError) -> [HubUser] { fatalError() }

    /// One person; `nil` when the hub does not know the name.
    public func user(_ name: String) async throws(HubError) -> HubUser? { fatalError() }

    /// Brings people in the hub in line with the bridge: the hub asks the bridge for each name. Whom it lets in is added when
    /// missing, and has the bridge's admin flag and groups; whom it does not let in (disabled, locked, unknown) loses
    /// every token, all groups and the admin role, and is not added.
    ///
    /// The caller does not say what the values are: a token that could would be as good as an admin's (`docs/jupyterhub…`).
    /// - Parameters:
    ///   - names: in batches of 100; settling somebody who is settled already changes nothing.
    ///   - progress: told the number of names done so far.
    /// - Returns: one standing a name, in the order of `names`; look at ``HubStanding/problem``.
    public func settle(
        _ names: [String],
        progress: @Sendable (Int) -> Void = { _ in }
    ) async throws(HubError) -> [HubStanding] { fatalError() }

    /// Stops a server, or lets go of one that is starting, and waits until it is gone. One that does not run is fine.
    public func stopServer(_ server: String, of user: String) async throws(HubError) { fatalError() }

    /// Stops all servers of people, up to eight at once.
    /// - Returns: what went wrong, by name; empty when nobody has a server any more.
    public func stopServers(of users: [String]) async -> [String: HubError] { fatalError() }
}
