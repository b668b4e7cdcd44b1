public import Audit
public import SyncReport

/// A run with all that belongs to it: who may be at work, the plan, the host, the audit log and the report.
public struct SyncRun: Sendable {
    private let reconciler: Reconciler
    private let report: SyncReportFile
    /// Who may read the report beside root.
    private let reportGroup: UInt32?
    private let audit: AuditLog
    /// Who did it, for the audit log.
    private let actor: String
    private let now: @Sendable () -> Int64

    /// - Parameters:
    ///   - reportGroup: the gid of the service, which reads the report.
    ///   - actor: who calls, for the audit log.
    public init(
        parts: SyncParts,
        report: SyncReportFile,
        reportGroup: UInt32?,
        audit: AuditLog,
        actor: String
    ) {
        self.reconciler = Reconciler(parts: parts)
        self.report = report
        self.reportGroup = reportGroup
        self.audit = audit
        self.actor = actor
        self.now = parts.now
    }

    /// What would be done. Changes nothing.
    public func plan(_ desired: DesiredState, scope: SyncScope) async -> SyncPlan {
        await reconciler.plan(desired, scope: scope)
    }

    /// Applies a plan, notes each change in the audit log, and replaces the report.
    /// - Parameters:
    ///   - began: when the planning began, for the report.
    ///   - stop: ends the run after the step that is at work when it is raised.
    /// - Returns: what came of it, and why the report could not be written, if so.
    public func apply(
        _ plan: SyncPlan,
        began: ContinuousClock.Instant,
        until stop: StopSignal = StopSignal(),
        progress: @escaping Reconciler.Progress = { _, _, _ in }
    ) async -> (outcome: SyncOutcome, reportProblem: SyncReportError?) {
        let at = now()
        let outcome = await reconciler.apply(plan, until: stop, progress: progress)
        return (outcome, record(outcome, plan, at: at, began: began))
    }

    /// As ``plan(_:scope:)`` and ``apply(_:began:until:progress:)``, where nobody has to see the plan first: who is switched off is
    /// locked and stopped before anything of the others is looked at.
    /// - Returns: what was planned, what came of it, and why the report could not be written, if so.
    public func reconcile(
        _ desired: DesiredState,
        scope: SyncScope,
        began: ContinuousClock.Instant,
        until stop: StopSignal = StopSignal(),
        progress: @escaping Reconciler.Progress = { _, _, _ in }
    ) async -> (plan: SyncPlan, outcome: SyncOutcome, reportProblem: SyncReportError?) {
        let at = now()
        let (plan, outcome) = await reconciler.reconcile(desired, scope: scope, until: stop, progress: progress)
        return (plan, outcome, record(outcome, plan, at: at, began: began))
    }

    private func record(
        _ outcome: SyncOutcome,
        _ plan: SyncPlan,
        at: Int64,
        began: ContinuousClock.Instant
    ) -> SyncReportError? {
        note(outcome)
        do throws(SyncReportError) {
            try write(outcome, plan, at: at, took: .now - began)
            return nil
        } catch {
            return error
        }
    }

    private func note(_ outcome: SyncOutcome) {
        let events =
            outcome.applied.map { event($0, .success, reason: nil) }
            + outcome.failed.map { event($0.change, .failure, reason: $0.reason) }
        for (count, event) in events.enumerated() {
            audit.record(event)
            // The log refuses what its disk cannot follow; a first run has more to say than it lets wait.
            if count % 1000 == 999 { audit.flush() }
        }
        audit.flush()
    }

    private func event(_ change: SyncChange, _ outcome: AuditEvent.Outcome, reason: String?) -> AuditEvent {
        AuditEvent(
            .administration,
            at: now(),
            outcome: outcome,
            user: change.user,
            service: "sync-users",
            actor: actor,
            reason: reason ?? change.why,
            detail: "\(change.area.rawValue): \(change.what)"
        )
    }

    private func write(
        _ outcome: SyncOutcome,
        _ plan: SyncPlan,
        at: Int64,
        took: Duration
    ) throws(SyncReportError) {
        let end = now()
        var areas: [SyncArea: SyncReport.Area] = [:]
        for area in plan.scope.areas {
            areas[area] = SyncReport.Area(
                at: end,
                applied: outcome.applied.count { $0.area == area },
                failed: outcome.failed.count { $0.change.area == area }
            )
        }
        let written = SyncReport(
            // A report that cannot be read is replaced; nothing in it is worth stopping for.
            after: try? report.read(),
            at: at,
            durationMilliseconds: Int(took / .milliseconds(1)),
            users: plan.desired.people.count,
            areas: areas,
            of: plan.scope.names.map { Set($0.map(\.rawValue)) },
            findings: outcome.findings
        )
        try report.write(written, group: reportGroup)
    }
}
