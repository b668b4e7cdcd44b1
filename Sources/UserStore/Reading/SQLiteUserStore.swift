import Dispatch
import Synchronization

/// The platform's SQLite file, watched.
///
/// Looks at the file every ``Configuration/pollInterval`` by ``StoreFingerprint`` (six system calls, no lock) and reads it again
/// when that has changed. A file that is moved away, replaced, damaged or shut is noticed in the same way, and so is its return.
public final class SQLiteUserStore: UserStore {
    public struct Configuration: Sendable {
        /// How often the file is looked at; a quarter of a second leaves room for the reading itself within one second.
        public var pollInterval: Duration
        /// How long a reader that finds the store locked lives on its last snapshot. Nothing can have been changed in the store
        /// while the lock is held, but for the very commit that it is held for.
        public var lockPatience: Duration
        public var reading: StoreReader.Configuration

        public init(
            pollInterval: Duration = .milliseconds(250),
            lockPatience: Duration = .seconds(5),
            reading: StoreReader.Configuration = StoreReader.Configuration(findingLimit: 1000)
        ) {
            self.pollInterval = pollInterval
            self.lockPatience = lockPatience
            self.reading = reading
        }
    }

    private typealias Outcome = Result<StoreSnapshot, StoreError>

    private struct Published {
        var outcome: Outcome
        var listeners: [Int: AsyncStream<Void>.Continuation] = [:]
        var nextListener = 0
    }

    private struct Watch {
        var fingerprint: StoreFingerprint?
        /// When a failed reading is tried again although the file looks the same.
        var retry: ContinuousClock.Instant?
        var lockedSince: ContinuousClock.Instant?
    }

    private let files: StoreFiles
    private let configuration: Configuration
    private let reader: StoreReader
    /// Held for a moment only; ``watch`` is held for as long as a reading takes.
    private let published: Mutex<Published>
    private let watch = Mutex(Watch())
    private let queue = DispatchQueue(label: "user-store-watch")

    /// Touches nothing yet; until the first ``refresh(now:)`` or ``run()`` nobody is let in. A relative path counts from the working
    /// directory of this moment.
    public init(path: String, configuration: Configuration = Configuration()) {
        self.files = StoreFiles(path)
        self.configuration = configuration
        self.reader = StoreReader(path: files.path, configuration: configuration.reading)
        self.published = Mutex(Published(outcome: .failure(.notRead(path: files.path))))
    }

    public func current() throws(StoreError) -> StoreSnapshot { try published.withLock { $0.outcome }.get() }

    public var changes: AsyncStream<Void> {
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let listener = published.withLock { published in
            published.nextListener += 1
            published.listeners[published.nextListener] = continuation
            return published.nextListener
        }
        continuation.onTermination = { [weak self] _ in
            _ = self?.published.withLock { $0.listeners.removeValue(forKey: listener) }
        }
        return stream
    }

    /// Watches the file until the task is cancelled. The reading is done on a thread of its own, not on those of Swift's tasks.
    public func run() async {
        while !Task.isCancelled {
            await withCheckedContinuation { continuation in
                queue.async {
                    self.refresh()
                    continuation.resume()
                }
            }
            try? await Task.sleep(for: configuration.pollInterval)
        }
    }

    /// Looks at the file once, and reads it when it has changed. Waits for a disk, and for locks up to the busy timeout.
    public func refresh(now: ContinuousClock.Instant = .now) {
        watch.withLock { watch in
            // Taken before the reading: a commit in between makes the next look differ, and the store is read once more.
            let fingerprint = StoreFingerprint(of: files)
            if fingerprint == watch.fingerprint, watch.retry.map({ now < $0 }) ?? true { return }
            watch.fingerprint = fingerprint
            let outcome = Outcome { () throws(StoreError) in try reader.read() }
            switch outcome {
            case .success:
                watch.retry = nil
                watch.lockedSince = nil
            case .failure(.busy):
                watch.retry = now
                let since = watch.lockedSince ?? now
                watch.lockedSince = since
                if now - since < configuration.lockPatience { return }
            case .failure:
                watch.retry = now + .seconds(1)
                watch.lockedSince = nil
            }
            publish(outcome)
        }
    }

    private func publish(_ outcome: Outcome) {
        let listeners = published.withLock { published in
            let isNews = published.outcome != outcome
            published.outcome = outcome
            return isNews ? Array(published.listeners.values) : []
        }
        for listener in listeners { listener.yield() }
    }
}
