import Dispatch
import Identity
public import UserStore

/// Keeps the host in line with the user store: a run over everybody at the start and every so often, and one over those
/// who differ within a second of each change of the store.
public struct SyncWatch: Sendable {
    /// What the watch does, for the journal and for tests.
    public enum Event: Sendable {
        /// A run came to its end.
        case ran(SyncPlan, SyncOutcome)
        /// Nothing was changed, for this reason: the store cannot be read, or the report not be written.
        case trouble(String)
        /// Another run is at work; this one begins when it has ended.
        case waiting(SyncLock.Failure)
        /// The first run is over.
        case ready
    }

    private enum Cause: Sendable { case storeChanged, everybody, again }

    /// The state that the host was last made to agree with, and what of it could not be done.
    private struct Standing {
        let desired: DesiredState
        var unfinished = Unfinished()
    }

    private let store: SQLiteUserStore
    private let run: SyncRun
    private let areas: SyncScope
    private let lock: String
    private let command: String
    private let interval: Duration
    private let now: @Sendable () -> Int64

    /// - Parameters:
    ///   - scope: the areas, and whether many may be locked at once.
    ///   - lock: the path of the lock that each run takes.
    ///   - command: what others are told of this process.
    ///   - interval: how often everybody is looked at although the store has not changed.
    public init(
        store: SQLiteUserStore,
        run: SyncRun,
        scope: SyncScope,
        lock: String,
        command: String,
        interval: Duration,
        now: @escaping @Sendable () -> Int64
    ) {
        self.store = store
        self.run = run
        self.areas = scope
        self.lock = lock
        self.command = command
        self.interval = interval
        self.now = now
    }

    /// The file that a watch holds for as long as it lives, so that there is one, and commands know that there is.
    public static func presencePath(lock: String) -> String { "\(lock).watch" }

    /// Watches until `stop` is raised; a run that is under way then ends after its current step.
    /// - Parameter again: an element is a wish for a run over everybody (SIGHUP).
    /// - Throws: ``SyncLock/Failure`` when another watch is at work.
    public func run(
        until stop: StopSignal,
        again: AsyncStream<Void>,
        report: @escaping @Sendable (Event) -> Void
    ) async throws {
        let presence = try SyncLock(path: Self.presencePath(lock: lock), command: command, now: now())
        defer { withExtendedLifetime(presence) {} }
        let (causes, continuation) = AsyncStream<Cause>.makeStream(bufferingPolicy: .unbounded)
        stop.whenRaised { continuation.finish() }
        // Listening comes first: a change between the first reading and this would be told to nobody.
        let changes = store.changes
        store.refresh()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await store.run() }
            group.addTask { for await _ in changes { continuation.yield(.storeChanged) } }
            group.addTask { for await _ in again { continuation.yield(.everybody) } }
            group.addTask { [interval] in
                while !Task.isCancelled {
                    try? await Task.sleep(for: interval)
                    continuation.yield(.everybody)
                }
            }
            await follow(causes, continuation, stop, report)
            group.cancelAll()
        }
    }

    private func follow(
        _ causes: AsyncStream<Cause>,
        _ wishes: AsyncStream<Cause>.Continuation,
        _ stop: StopSignal,
        _ report: @Sendable (Event) -> Void
    ) async {
        var last = await reconcile(after: .everybody, nil, stop, report)
        report(.ready)
        var reminder = remind(of: last, wishes)
        for await cause in causes where !stop.isRaised {
            // Until the first good reading there is nothing that a change could be compared with.
            last = await reconcile(after: cause, last, stop, report) ?? last
            reminder?.cancel()
            reminder = remind(of: last, wishes)
        }
        reminder?.cancel()
    }

    /// Wishes for another turn when what could not be done is due again.
    private func remind(of last: Standing?, _ wishes: AsyncStream<Cause>.Continuation) -> Task<Void, Never>? {
        last?.unfinished.pause.map { pause in
            Task {
                guard (try? await Task.sleep(for: pause)) != nil else { return }
                wishes.yield(.again)
            }
        }
    }

    /// - Parameter earlier: what the host was last made to agree with; `nil` for a run over everybody.
    /// - Returns: what the host was made to agree with now; `nil` when nothing was done.
    private func reconcile(
        after cause: Cause,
        _ earlier: Standing?,
        _ stop: StopSignal,
        _ report: @Sendable (Event) -> Void
    ) async -> Standing? {
        guard let held = await takeLock(stop, report) else { return nil }
        defer { withExtendedLifetime(held) {} }
        let began = ContinuousClock.now
        let desired: DesiredState
        do throws(StoreError) {
            desired = DesiredState(try store.current())
        } catch {
            report(.trouble("Nothing is changed: \(error)"))
            return nil
        }
        var scope = areas
        if let earlier, cause != .everybody, !(cause == .again && earlier.unfinished.concernsEverybody) {
            var names = desired.names(differingFrom: earlier.desired)
            if cause == .again { names.formUnion(earlier.unfinished.names) }
            guard !names.isEmpty else { return earlier }
            scope.names = names
        }
        let (plan, outcome, problem) = await run.reconcile(desired, scope: scope, began: began, until: stop)
        report(.ran(plan, outcome))
        if let problem { report(.trouble("\(problem)")) }
        let unfinished = (earlier?.unfinished ?? Unfinished()).after(outcome, scope: scope)
        return Standing(desired: desired, unfinished: unfinished)
    }

    private func takeLock(_ stop: StopSignal, _ report: @Sendable (Event) -> Void) async -> SyncLock? {
        var hasSaid = false
        while !stop.isRaised {
            do throws(SyncLock.Failure) {
                return try SyncLock(path: lock, command: command, now: now())
            } catch {
                if !hasSaid { report(.waiting(error)) }
                hasSaid = true
            }
            try? await Task.sleep(for: .milliseconds(100))
        }
        return nil
    }
}
