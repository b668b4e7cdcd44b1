/// Tasks that wait for the next revocation.
struct RevocationWaiters {
    /// More callers than this do not wait, they are answered at once.
    static let limit = 256

    private var continuations: [UInt64: CheckedContinuation<Void, Never>] = [:]
    private var next: UInt64 = 0
    /// How often somebody was woken: unchanged between two looks means that nothing happened in between.
    private(set) var generation: UInt64 = 0

    var isFull: Bool { continuations.count >= Self.limit }

    mutating func ticket() -> UInt64 {
        next += 1
        return next
    }

    mutating func add(_ continuation: CheckedContinuation<Void, Never>, ticket: UInt64) {
        continuations[ticket] = continuation
    }

    mutating func wake() {
        generation += 1
        for continuation in continuations.values { continuation.resume() }
        continuations = [:]
    }

    mutating func wake(ticket: UInt64) { continuations.removeValue(forKey: ticket)?.resume() }
}
