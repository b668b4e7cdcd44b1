import Glibc
import Identity
import NIOPosix
public import QuotaProtocol
import Synchronization
import WorkerFrames

/// Asks the quota worker what people's files take, for `serve`, which has no privilege of its own.
///
/// ## Promises
/// - Calls never block the caller's thread: the socket is waited for on one thread of the client's own.
/// - One question is under way at a time, and each has at most ``Configuration/timeLimit``. Those that come meanwhile wait together,
///   ask together, and give up by the same limit.
/// - An answer is good for ``Configuration/freshness``; whoever asks again within it is told the same.
/// - A worker that ends is asked for again by the next question; after a failure not before ``Configuration/patience``, so that a host
///   without one costs nothing.
public actor QuotaClient {
    /// How to reach the worker and how much to ask of it.
    public struct Configuration: Sendable {
        /// The unix socket of systemd or of the root parent.
        public var socketPath: String
        /// How long a question may take.
        public var timeLimit: Duration
        /// How long an answer is given again.
        public var freshness: Duration
        /// How long nobody is asked after a failure.
        public var patience: Duration
        /// The most answers that are remembered.
        public var memory: Int

        public init(
            socketPath: String,
            timeLimit: Duration = .seconds(1),
            freshness: Duration = .seconds(2),
            patience: Duration = .seconds(2),
            memory: Int = 4096
        ) {
            self.socketPath = socketPath
            self.timeLimit = timeLimit
            self.freshness = freshness
            self.patience = patience
            self.memory = max(1, memory)
        }
    }

    private struct Remembered {
        let use: DiskUse
        let until: ContinuousClock.Instant
    }

    private let configuration: Configuration
    private let threads = NIOThreadPool(numberOfThreads: 1)
    private let link: QuotaLink
    private var remembered: [UInt32: Remembered] = [:]
    /// Why nobody is asked, and until when.
    private var refusal: (reason: String, until: ContinuousClock.Instant)?
    /// The last question that is under way or waits.
    private var turn: Task<Void, Never>?

    public init(configuration: Configuration) {
        self.configuration = configuration
        link = QuotaLink(path: configuration.socketPath, limit: configuration.timeLimit)
        threads.start()
    }

    deinit {
        link.hangUp()
        threads.shutdownGracefully { _ in }
    }

    /// What the files of some accounts take.
    /// - Returns: an entry for every uid; where nothing could be learnt its problem says why.
    public func use(of uids: [UInt32]) async -> [UInt32: DiskUse] {
        let missing = unknown(among: uids)
        if !missing.isEmpty {
            // Behind whoever asks now; what that brings may be all that is wanted.
            let before = turn
            let mine = Task {
                await before?.value
                await self.learn(self.unknown(among: missing))
            }
            turn = mine
            await mine.value
        }
        let reason = refusal?.reason ?? "the quota worker gave no answer"
        return Dictionary(uids.map { ($0, remembered[$0]?.use ?? .unknown(reason)) }) { first, _ in first }
    }

    private func unknown(among uids: [UInt32]) -> [UInt32] {
        let now = ContinuousClock.now
        return uids.filter { remembered[$0].map { $0.until <= now } ?? true }
    }

    private func learn(_ uids: [UInt32]) async {
        if let refusal, refusal.until > .now {
            for uid in uids { remembered[uid] = nil }
            return
        }
        refusal = nil
        for start in stride(from: 0, to: uids.count, by: QuotaRequest.maximumPeople) {
            let part = Array(uids[start..<min(start + QuotaRequest.maximumPeople, uids.count)])
            do {
                remember(try await ask(part))
            } catch {
                for uid in uids[start...] { remembered[uid] = nil }
                refusal = ("\(error)", .now + configuration.patience)
                return
            }
        }
    }

    private func ask(_ uids: [UInt32]) async throws -> [QuotaResponse.Entry] {
        let result = try await threads.runIfActive { [link] in
            Result { () throws(QuotaClientError) in try link.exchange(QuotaRequest(uids: uids)) }
        }
        return try result.get()
    }

    private func remember(_ entries: [QuotaResponse.Entry]) {
        let until = ContinuousClock.now + configuration.freshness
        if remembered.count + entries.count > configuration.memory {
            let now = ContinuousClock.now
            remembered = remembered.filter { $0.value.until > now }
            if remembered.count + entries.count > configuration.memory { remembered.removeAll() }
        }
        for entry in entries { remembered[entry.uid] = Remembered(use: entry.use, until: until) }
    }
}
