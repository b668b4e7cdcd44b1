extension JupyterHubClient {
    /// Where the hub is, and how long it is waited for.
    public struct Configuration: Sendable {
        /// The hub's API, `http://127.0.0.1:8081/jupyter/hub/api`; `http` to this host only.
        public var api: String
        /// The file with the service token, 32 to 64 characters; `jupyterhub_config.py` reads the same file.
        public var tokenFile: String
        /// How long one call may take. The hub itself waits 10 s for a server to stop before it answers.
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
}
