/// Holds names while something is decided about them, so that two callers cannot both find one free.
public actor NameLocks {
    private var held: Set<String> = []
    private var waiting: [(names: Set<String>, resume: CheckedContinuation<Void, Never>)] = []

    public init() {}

    /// Runs a body while all of the names are held. Who asks later for any of them waits.
    ///
    /// All names are taken at once, never one after another, so that no two callers can wait for each other.
    public func with<Value: Sendable, Failure: Error>(
        _ names: some Collection<String> & Sendable,
        _ body: @Sendable () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let names = Set(names)
        await take(names)
        let result: Result<Value, Failure>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        release(names)
        return try result.get()
    }

    private func take(_ names: Set<String>) async {
        // Behind those who wait for one of the names already: or a stream of callers could pass them for ever.
        let contested = waiting.contains { !$0.names.isDisjoint(with: names) }
        if !contested, held.isDisjoint(with: names) {
            held.formUnion(names)
            return
        }
        await withCheckedContinuation { waiting.append((names, $0)) }
    }

    private func release(_ names: Set<String>) {
        held.subtract(names)
        var blocked = held
        var still: [(names: Set<String>, resume: CheckedContinuation<Void, Never>)] = []
        for waiter in waiting {
            if blocked.isDisjoint(with: waiter.names) {
                held.formUnion(waiter.names)
                waiter.resume.resume()
            } else {
                still.append(waiter)
            }
            blocked.formUnion(waiter.names)
        }
        waiting = still
    }
}
