import SyncReport
import UserSync

/// What a run says with `--format json`; the names of the keys are stable.
struct SyncDocument: Encodable {
    let dryRun: Bool
    let users: Int
    let durationMs: Int
    /// Whether everything that was wanted is so now; for a dry run, whether there is nothing to do.
    let complete: Bool
    let interrupted: Bool
    let plan: [SyncChange]
    let applied: [SyncChange]
    let failed: [SyncOutcome.Failure]
    let findings: [SyncFinding]

    init(_ plan: SyncPlan, outcome: SyncOutcome?, took: Duration) {
        dryRun = outcome == nil
        users = plan.desired.people.count
        durationMs = Int(took / .milliseconds(1))
        complete = outcome?.isComplete ?? (plan.changes.isEmpty && plan.troubles.isEmpty)
        interrupted = outcome?.isInterrupted ?? false
        self.plan = plan.changes
        applied = outcome?.applied ?? []
        failed = outcome?.failed ?? []
        findings = outcome?.findings ?? plan.findings
    }
}
