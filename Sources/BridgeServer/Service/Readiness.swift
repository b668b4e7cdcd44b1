import Synchronization

/// Calls back once, when a number of parts have said that they are ready.
final class Readiness: Sendable {
    private let missing: Atomic<Int>
    private let then: @Sendable () -> Void

    init(parts: Int, then: @escaping @Sendable () -> Void) {
        self.missing = Atomic(parts)
        self.then = then
    }

    func oneMore() {
        if missing.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 { then() }
    }
}
