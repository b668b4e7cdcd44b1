extension PortainerClient {
    /// Where Portainer is, and how we show who we are.
    public struct Configuration: Sendable {
        /// `http://127.0.0.1:9000`; `http` to this host only.
        public var url: String
        /// The access token of the first administrator; made by ``PortainerClient/makeKey()``.
        public var keyFile: String
        /// The password of the first administrator, as Portainer got it with `--admin-password-file`.
        public var passwordFile: String
        /// How long one call may take.
        public var timeLimit: Duration
        /// How long the creation of an environment may take: Portainer looks at everything in it first.
        public var creationLimit: Duration
        /// How long an environment is not tried again that could not be made: each failed try leaves files in Portainer's data.
        public var creationPause: Duration

        public init(
            url: String,
            keyFile: String = "/etc/diycloud-bridge/portainer/api.key",
            passwordFile: String = "/etc/diycloud-bridge/portainer-admin.password",
            timeLimit: Duration = .seconds(30),
            creationLimit: Duration = .seconds(90),
            creationPause: Duration = .seconds(300)
        ) {
            self.url = url
            self.keyFile = keyFile
            self.passwordFile = passwordFile
            self.timeLimit = timeLimit
            self.creationLimit = creationLimit
            self.creationPause = creationPause
        }
    }
}
