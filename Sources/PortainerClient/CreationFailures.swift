import Synchronization

/// When which environment could not be made. All copies of a client share one.
final class CreationFailures: Sendable {
    private let last = Mutex<[String: ContinuousClock.Instant]>([:])

    /// How much is left of a pause after the last failure; `nil` when there was none, or the pause is over.
    func rest(of pause: Duration, for name: String) -> Duration? {
        last.withLock { $0[name] }.map { pause - (.now - $0) }.flatMap { $0 > .zero ? $0 : nil }
    }

    func note(_ name: String, failed: Bool) { last.withLock { $0[name] = failed ? .now : nil } }
}
