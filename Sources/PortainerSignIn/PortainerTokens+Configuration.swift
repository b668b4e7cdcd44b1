extension PortainerTokens {
    /// How tokens are ordered and kept.
    public struct Configuration: Sendable {
        /// How many mints may go at once. Portainer allows 10; the rest is for `sync-users`.
        public var burst: Int
        /// How many of them just after the start, when nobody knows what was sent before.
        public var first: Int
        /// After how long there is one more. Portainer allows one a second.
        public var interval: Duration
        /// How long a caller waits for a token.
        public var waitLimit: Duration
        /// After which part of its life a token is renewed, in the background.
        public var renewal: Double

        public init(
            burst: Int = 6,
            first: Int = 2,
            interval: Duration = .milliseconds(1100),
            waitLimit: Duration = .seconds(20),
            renewal: Double = 0.8
        ) {
            self.burst = burst
            self.first = first
            self.interval = interval
            self.waitLimit = waitLimit
            self.renewal = renewal
        }
    }

    /// What the caller gets.
    public enum Answer: Sendable, Equatable {
        case token(PortainerToken)
        case absent(PortainerAbsence)
    }
}
