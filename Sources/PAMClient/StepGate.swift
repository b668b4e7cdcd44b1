/// Lets so many steps work at once; the others wait in order, at most so many of them.
///
/// A step is what costs processor time in a worker (yescrypt). Conversations that wait for a person hold no place here.
actor StepGate {
    private struct Waiter {
        let number: UInt64
        let continuation: CheckedContinuation<Result<Void, PAMClientError>, Never>
    }

    private let places: Int
    private let queueLimit: Int
    /// How long a step waits at most for its turn.
    private let patience: Duration
    private var working = 0
    private var queue: [Waiter] = []
    private var nextNumber: UInt64 = 0
    /// A running mean of how long a step takes, in seconds; begins at a yescrypt check.
    private var meanSeconds = 0.1

    init(places: Int, queueLimit: Int, patience: Duration) {
        self.places = max(1, places)
        self.queueLimit = queueLimit
        self.patience = patience
    }

    /// Runs `work` when its turn comes.
    /// - Parameter isContinuation: later steps of a conversation are let in although the queue is full; they are bounded by the
    ///   number of conversations.
    /// - Throws: ``PAMClientError/queueFull(retryAfter:)``, ``PAMClientError/cancelled``, or what `work` throws.
    func run<Value: Sendable>(
        isContinuation: Bool,
        _ work: @Sendable () async throws(PAMClientError) -> Value
    ) async throws(PAMClientError) -> Value {
        try await enter(isContinuation: isContinuation)
        let start = ContinuousClock.now
        defer { leave(after: .now - start) }
        return try await work()
    }

    private func enter(isContinuation: Bool) async throws(PAMClientError) {
        if working < places {
            working += 1
            return
        }
        guard isContinuation || queue.count < queueLimit else { throw .queueFull(retryAfter: retryAfter) }
        nextNumber += 1
        let number = nextNumber
        let expiry = Task { [patience] in
            try await Task.sleep(for: patience)
            self.giveUp(number) { .queueFull(retryAfter: $0) }
        }
        defer { expiry.cancel() }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Result<Void, PAMClientError>, Never>) in
                if Task.isCancelled {
                    continuation.resume(returning: .failure(.cancelled))
                } else {
                    queue.append(Waiter(number: number, continuation: continuation))
                }
            }
        } onCancel: {
            Task { await self.giveUp(number) { _ in .cancelled } }
        }
        try result.get()
    }

    /// Hands the place on to the first in the queue.
    private func leave(after duration: Duration) {
        meanSeconds += (duration / .seconds(1) - meanSeconds) / 8
        if queue.isEmpty { working -= 1 } else { queue.removeFirst().continuation.resume(returning: .success(())) }
    }

    private func giveUp(_ number: UInt64, _ error: (Duration) -> PAMClientError) {
        guard let index = queue.firstIndex(where: { $0.number == number }) else { return }
        queue.remove(at: index).continuation.resume(returning: .failure(error(retryAfter)))
    }

    /// How long the queue will need, 1 to 60 s.
    private var retryAfter: Duration {
        let seconds = Double(queue.count + 1) * meanSeconds / Double(places)
        return .seconds(min(60, max(1, Int(seconds.rounded(.up)))))
    }
}
