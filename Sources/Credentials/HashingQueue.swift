import Dispatch

/// Runs slow work on a few threads of its own, so that no request waits behind a password, and refuses more than it can
/// hold.
actor HashingQueue {
    private let width: Int
    private let limit: Int
    private let threads = DispatchQueue(label: "diycloud-bridge.hashing", attributes: .concurrent)
    private var running = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// - Parameters:
    ///   - width: how many run at once.
    ///   - limit: how many more may wait.
    init(width: Int, limit: Int) {
        self.width = max(1, width)
        self.limit = max(0, limit)
    }

    /// - Throws: ``CredentialError/overloaded`` when the queue is full.
    func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async throws(CredentialError) -> Value {
        if running < width {
            running += 1
        } else {
            guard waiting.count < limit else { throw .overloaded }
            await withCheckedContinuation { waiting.append($0) }
        }
        let value = await withCheckedContinuation { continuation in
            threads.async { continuation.resume(returning: work()) }
        }
        // The place goes to the next in line, or becomes free.
        if waiting.isEmpty { running -= 1 } else { waiting.removeFirst().resume() }
        return value
    }
}
