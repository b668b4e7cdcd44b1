/// What people run on this host, wherever it is counted, and its end.
public protocol ProcessController: Sendable {
    /// How many processes each of `uids` has; those who have none may be left out.
    func running(of uids: Set<UInt32>) -> [UInt32: Int]

    /// What people run outside of their slice. Empty on hosts on which nothing limits anybody.
    func outside(of uids: Set<UInt32>) -> [UInt32: OutsideProcesses]

    /// Why the person cannot be stopped by this very process, as a part of a sentence; nil when they can.
    func refusal(toStop uid: UInt32) -> String?

    /// Ends all that the person runs, and comes back when none is left.
    /// - Throws: ``SliceError/refused(uid:reason:)``, or ``SliceError/stillRunning(uid:count:)`` when some survive.
    func stopEverything(of uid: UInt32) async throws(SliceError)
}
