public import SyncReport

/// What a run did, seen by looking again.
public struct SyncOutcome: Sendable {
    /// A change that was tried and is not known to be so.
    public struct Failure: Sendable, Equatable, Codable {
        public let change: SyncChange
        /// What the adapter or the second look said; or that nobody said anything.
        public let reason: String
    }

    /// In the order in which they were made.
    public internal(set) var applied: [SyncChange] = []
    public internal(set) var failed: [Failure] = []
    /// What is still different or doubtful, the failures included.
    public internal(set) var findings: [SyncFinding] = []
    /// The areas that could not be looked at, and why.
    public internal(set) var troubles: [SyncArea: String] = [:]
    /// Whether the run was told to end before it was through.
    public internal(set) var isInterrupted = false

    /// Whether everything that was wanted is so now.
    public var isComplete: Bool { failed.isEmpty && troubles.isEmpty && !isInterrupted }

    /// Adds what a later part of the same run did.
    mutating func add(_ later: SyncOutcome) {
        applied += later.applied
        failed += later.failed
        findings += later.findings
        troubles.merge(later.troubles) { first, _ in first }
        isInterrupted = isInterrupted || later.isInterrupted
    }
}
