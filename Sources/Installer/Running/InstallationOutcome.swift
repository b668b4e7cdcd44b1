public import HostChanges

/// What a run came to.
public struct InstallationOutcome: Sendable {
    /// Steps that changed something, and were proved.
    public var applied = 0
    /// What was left because an administrator changed it.
    public var pending: [InstallPlan.Item] = []
    /// Components that are not complete, and why.
    public var broken: [Component: String] = [:]
    public var wasStopped = false

    public init() {}

    func stopped() -> InstallationOutcome {
        var outcome = self
        outcome.wasStopped = true
        return outcome
    }

    public var isComplete: Bool { broken.isEmpty && !wasStopped }
}
