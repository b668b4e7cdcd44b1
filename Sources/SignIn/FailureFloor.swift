/// When a refusal is answered: always the same time after the attempt came in, whatever was checked meanwhile.
///
/// A check that took longer than the delay is answered at the next whole step after it, so that its length shows only
/// coarsely (CVE-2026-77582 and CVE-2016-6210 are what the difference of a few milliseconds tells).
struct FailureFloor: Sendable {
    let delay: Duration

    /// How long to wait still.
    /// - Parameter elapsed: since the attempt came in.
    func remaining(after elapsed: Duration) -> Duration {
        guard delay > .zero else { return .zero }
        var due = delay
        while due < elapsed { due += delay }
        return due - elapsed
    }
}
