import DiskQuotas
import Identity
import LinuxAccounts
import Slices
import SyncReport

/// Makes the host agree with the user store: plans, applies, and proves by looking.
///
/// Keeps nothing between calls. What a killed run leaves behind is seen by the next one as it is, so there is nothing to resume.
public struct Reconciler: Sendable {
    let parts: SyncParts

    public init(parts: SyncParts) { self.parts = parts }

    /// How far a run has come in one stage.
    public typealias Progress = @Sendable (_ stage: String, _ done: Int, _ total: Int) -> Void

    /// How many changes are made between two looks at whether the run should end. Accounts are made all at once: their tools
    /// rewrite whole files, and in parts that takes three times as long.
    private static func batch(_ stage: SyncStage) -> Int { stage.area == .accounts ? .max : 2000 }

    /// What is to be done, from fresh readings. Changes nothing.
    public func plan(_ desired: DesiredState, scope: SyncScope) async -> SyncPlan {
        let look = Look(parts: parts, desired: desired, scope: scope, isForecast: true)
        return await plan(SyncStage.allCases, by: look, withheld: await look.judge(), desired, scope)
    }

    /// Plans and does: first all that takes something from people who are switched off, and only then a look at anybody's home.
    /// - Returns: what was planned, and what came of it.
    public func reconcile(
        _ desired: DesiredState,
        scope: SyncScope,
        until stop: StopSignal = StopSignal(),
        progress: @escaping Progress = { _, _, _ in }
    ) async -> (plan: SyncPlan, outcome: SyncOutcome) {
        let first = Look(parts: parts, desired: desired, scope: scope, isForecast: true)
        let withheld = await first.judge()
        let leaving = await plan(SyncStage.switchingOff, by: first, withheld: withheld, desired, scope)
        var outcome = await apply(leaving, until: stop, progress: progress)
        let second = Look(
            parts: parts,
            desired: desired,
            scope: scope,
            isForecast: true,
            withheld: withheld?.names ?? []
        )
        let others = SyncStage.allCases.filter { !SyncStage.switchingOff.contains($0) }
        // What is told of with the first half is told of once.
        var rest = await plan(others, by: second, withheld: nil, desired, scope)
        rest.troubles = rest.troubles.filter { outcome.troubles[$0.key] == nil }
        rest.withheldNames = withheld?.names ?? []
        outcome.add(await apply(rest, until: stop, progress: progress))
        let whole = SyncPlan(
            desired: desired,
            scope: scope,
            withheld: withheld,
            stages: leaving.stages.merging(rest.stages) { first, _ in first },
            troubles: leaving.troubles.merging(rest.troubles) { first, _ in first }
        )
        return (whole, outcome)
    }

    private func plan(
        _ kinds: [SyncStage],
        by look: Look,
        withheld: Withheld?,
        _ desired: DesiredState,
        _ scope: SyncScope
    ) async -> SyncPlan {
        var stages: [SyncStage: StagePlan] = [:]
        var troubles: [SyncArea: String] = [:]
        for stage in kinds where scope.areas.contains(stage.area) {
            do throws(SyncTrouble) {
                stages[stage] = try await look.plan(stage)
            } catch {
                troubles[stage.area] = error.reason
            }
        }
        return SyncPlan(desired: desired, scope: scope, withheld: withheld, stages: stages, troubles: troubles)
    }

    /// Does what a plan says, stage by stage, and looks again after each. A stage that fails does not keep the next from its work.
    ///
    /// - Parameter stop: ends the run after the batch that is at work when it is raised.
    public func apply(
        _ plan: SyncPlan,
        until stop: StopSignal = StopSignal(),
        progress: @escaping Progress = { _, _, _ in }
    ) async -> SyncOutcome {
        var outcome = SyncOutcome()
        outcome.troubles = plan.troubles
        if let withheld = plan.withheld { outcome.findings.append(withheld.finding) }
        // What was planned counts on accounts that only now exist; after them everything is planned anew.
        var isStale = false
        for stage in SyncStage.allCases {
            guard let planned = plan.stages[stage] else { continue }
            do throws(SyncTrouble) {
                let current = isStale ? try await look(plan).plan(stage) : planned
                await run(stage, current, plan, stop, progress, into: &outcome)
                isStale = isStale || !current.changes.isEmpty
            } catch {
                outcome.troubles[stage.area] = error.reason
            }
        }
        outcome.findings += outcome.troubles.map(SyncFinding.init(area:trouble:)).sorted()
        return outcome
    }

    private func look(_ plan: SyncPlan) -> Look {
        Look(
            parts: parts,
            desired: plan.desired,
            scope: plan.scope,
            isForecast: false,
            withheld: plan.withheldNames
        )
    }

    private func run(
        _ stage: SyncStage,
        _ planned: StagePlan,
        _ plan: SyncPlan,
        _ stop: StopSignal,
        _ progress: @escaping Progress,
        into outcome: inout SyncOutcome
    ) async {
        guard !planned.changes.isEmpty else { return outcome.findings += planned.findings }
        var (complaints, tried) = await apply(planned, stage, stop, progress)
        outcome.isInterrupted = outcome.isInterrupted || tried < planned.changes.count
        do throws(SyncTrouble) {
            var after = try await look(plan).plan(stage)
            // JupyterHub asks the service, which sees a change of the store within a second.
            var patience = stage.area == .jupyterhub ? 2 : 0
            while patience > 0, tried == planned.changes.count, !after.changes.isEmpty, complaints.isEmpty,
                !stop.isRaised
            {
                patience -= 1
                try? await Task.sleep(for: parts.serviceLag)
                complaints = await apply(after, stage, stop, progress).complaints
                after = try await look(plan).plan(stage)
            }
            settle(planned, tried: tried, after, complaints, into: &outcome)
        } catch {
            // What was done is not known, and must leave its line in the audit log all the same.
            let reason = "it could not be proven: \(error.reason)"
            fail(planned.changes.prefix(tried).map { .init(change: $0, reason: reason) }, into: &outcome)
            outcome.troubles[stage.area] = error.reason
        }
    }

    private func apply(
        _ planned: StagePlan,
        _ stage: SyncStage,
        _ stop: StopSignal,
        _ progress: @escaping Progress
    ) async -> (complaints: [SyncChange.Identity: String], tried: Int) {
        var complaints: [SyncChange.Identity: String] = [:]
        let total = planned.changes.count
        var done = 0
        while done < total, !stop.isRaised {
            let part = done..<(total - done > Self.batch(stage) ? done + Self.batch(stage) : total)
            progress(stage.title, done, total)
            let found = await planned.apply(part) { progress(stage.title, part.lowerBound + $0, total) }
            complaints.merge(found) { first, _ in first }
            done = part.upperBound
        }
        progress(stage.title, done, total)
        return (complaints, done)
    }

    /// What the second look shows to be so was applied. All else was not: what is still wanted, what somebody complained of, and
    /// what is not wanted any more only because it cannot be seen.
    private func settle(
        _ planned: StagePlan,
        tried: Int,
        _ after: StagePlan,
        _ complaints: [SyncChange.Identity: String],
        into outcome: inout SyncOutcome
    ) {
        let wanted = Set(after.changes.map(\.identity))
        let told = Dictionary(after.findings.map { ($0.user, $0.text) }, uniquingKeysWith: { first, _ in first })
        var failed: [SyncOutcome.Failure] = []
        for (change, step) in zip(planned.changes, planned.steps).prefix(tried) {
            let complaint = complaints[change.identity]
            if complaint == nil, !wanted.contains(change.identity), after.shows(step) {
                outcome.applied.append(change)
            } else {
                let seen = change.user.flatMap { told[$0] }
                let reason = complaint ?? seen ?? "it was done without complaint, and is not so"
                failed.append(.init(change: change, reason: reason))
            }
        }
        outcome.findings += after.findings
        fail(failed, into: &outcome)
    }

    private func fail(_ failures: [SyncOutcome.Failure], into outcome: inout SyncOutcome) {
        outcome.failed += failures
        outcome.findings += failures.map(SyncFinding.init)
    }
}

extension SyncFinding {
    init(_ failure: SyncOutcome.Failure) {
        self.init(
            area: failure.change.area,
            user: failure.change.user,
            kind: "not-applied",
            text: "Could not \(failure.change.what): \(failure.reason)"
        )
    }
}
