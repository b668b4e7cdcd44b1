extension SessionRegister {
    /// What was revoked after a cursor.
    public func revocations(after cursor: Int64) async throws -> RevocationPage {
        try await store.revocations(after: cursor)
    }

    /// The cursor of now.
    public func revocationCursor() async throws -> Int64 { try await store.latestRevocation() }

    /// Like ``revocations(after:)``, but waits for news when there are none. Revocations by another process are seen by
    /// ``sweep(now:)``.
    /// - Parameters:
    ///   - cursor: where the reader stands.
    ///   - timeout: how long to wait; then an empty page comes back, as it does when the task is cancelled.
    /// - Returns: the news.
    /// - Throws: what the store throws.
    public func waitForRevocations(after cursor: Int64, timeout: Duration) async throws -> RevocationPage {
        let deadline = ContinuousClock.now + timeout
        while true {
            let generation = waiters.generation
            let page = try await store.revocations(after: cursor)
            let remaining = ContinuousClock.now.duration(to: deadline)
            if page.cursor != cursor || !page.isComplete || remaining <= .zero || Task.isCancelled || waiters.isFull {
                return page
            }
            if waiters.generation == generation { await waitForWake(upTo: remaining) }
        }
    }

    private func waitForWake(upTo limit: Duration) async {
        let ticket = waiters.ticket()
        let alarm = Task {
            try? await Task.sleep(for: limit)
            waiters.wake(ticket: ticket)
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // Cancelled before it began to wait: nobody else would wake it.
                if Task.isCancelled { continuation.resume() } else { waiters.add(continuation, ticket: ticket) }
            }
        } onCancel: {
            Task { await self.release(ticket) }
        }
        alarm.cancel()
    }

    private func release(_ ticket: UInt64) { waiters.wake(ticket: ticket) }
}
