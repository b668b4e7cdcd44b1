/// When the next mint may be sent: a token bucket (GCRA, ITU-T I.371) that stays inside Portainer's own.
///
/// Portainer allows an address ten sign-ins at once and one a second, and bans it for an hour at the first one too many
/// (`http/security/rate_limiter.go`). `sync-users` signs in from the same address now and then, and this bucket knows nothing of
/// what was sent before a restart of the bridge: so it is smaller, slower, and not full at the start.
struct MintingPace<C: Clock> where C.Duration == Duration {
    private let clock: C
    private let burst: Int
    private let interval: Duration
    /// When the bucket will be full again.
    private var full: C.Instant

    /// - Parameters:
    ///   - burst: how many may go at once.
    ///   - first: how many of them at the very start.
    ///   - interval: after how long there is one more.
    init(clock: C, burst: Int, first: Int, interval: Duration) {
        self.clock = clock
        self.burst = burst
        self.interval = interval
        full = clock.now.advanced(by: interval * (burst - first))
    }

    /// Takes a place, if there is one now. Places are not promised ahead: after a machine has slept, all of them would be taken at once.
    /// - Returns: `nil` when it was taken, else when to ask again.
    mutating func take() -> C.Instant? {
        let now = clock.now
        let next = full.advanced(by: .zero - interval * (burst - 1))
        guard next <= now else { return next }
        full = max(full, now).advanced(by: interval)
        return nil
    }

    /// Gives a place back that Portainer has not counted.
    mutating func giveBack() { full = full.advanced(by: .zero - interval) }
}
