import HostChanges
import ManagedFiles

/// A run: makes the plan, and brings the host to it step by step.
public struct Installation: Sendable {
    private let host: Host
    private let recipes: [any Recipe.Type]

    /// - Parameter recipes: of the components that were chosen, in the order of installation.
    public init(_ recipes: [any Recipe.Type], on host: Host) {
        self.recipes = recipes
        self.host = host
    }

    /// Looks at everything. Changes nothing.
    public func plan() async throws -> InstallPlan {
        var items: [InstallPlan.Item] = []
        for recipe in recipes {
            for step in try await recipe.steps(on: host) {
                items.append(InstallPlan.Item(step, try await looked(step)))
            }
        }
        return InstallPlan(items: items)
    }

    /// Does what is needed.
    ///
    /// Each step is looked at right before it, since earlier ones change what is found, and again after it: only what is then found counts.
    /// A component whose step fails or is blocked is left there, and so is what needs it; the others go on.
    /// - Parameters:
    ///   - watch: told of everything as it happens.
    ///   - isStopped: asked between steps; the run ends there when it says yes.
    public func apply(watch: some InstallationWatcher, isStopped: @Sendable () -> Bool) async -> InstallationOutcome {
        var outcome = InstallationOutcome()
        for recipe in recipes {
            let component = recipe.component
            if let missing = component.needs.first(where: { outcome.broken.keys.contains($0) }) {
                outcome.broken[component] = "it needs \(missing.rawValue)"
                watch.skipped(component, because: "it needs \(missing.rawValue), which is not complete")
                continue
            }
            watch.began(component)
            do {
                // Made anew for each component: what earlier ones installed is seen.
                for step in try await recipe.steps(on: host) {
                    if isStopped() { return outcome.stopped() }
                    try await run(step, watch, &outcome)
                }
                watch.ended(component)
            } catch {
                outcome.broken[component] = "\(error)"
                watch.failed(component, error: error)
            }
        }
        return outcome
    }

    private func run(_ step: any Step, _ watch: some InstallationWatcher, _ outcome: inout InstallationOutcome)
        async throws
    {
        switch try await looked(step) {
        case .done:
            watch.found(step, .done)
            return
        case .pending(let change, let why):
            watch.found(step, .pending(change, why: why))
            outcome.pending.append(InstallPlan.Item(step, .pending(change, why: why)))
            return
        case .blocked(let why):
            throw StepFailure(title: step.title, reason: why)
        case .needed, .later:
            break
        }
        watch.starts(step)
        try await host.record.note(try await step.traces(), of: step.component)
        do {
            try await step.apply(watch.report(for: step))
        } catch {
            watch.failed(step, error: error)
            throw StepFailure(title: step.title, reason: "\(error)")
        }
        switch try await looked(step) {
        case .done:
            outcome.applied += 1
            watch.proved(step)
        case .pending(let change, let why):
            outcome.pending.append(InstallPlan.Item(step, .pending(change, why: why)))
            watch.found(step, .pending(change, why: why))
        case .needed(let changes):
            let left = changes.map(\.summary).joined(separator: "; ")
            watch.failed(step, error: StepFailure(title: step.title, reason: left))
            throw StepFailure(title: step.title, reason: "it ran, and yet there is still to do: \(left)")
        case .later(_, let after):
            watch.failed(step, error: StepFailure(title: step.title, reason: after))
            throw StepFailure(title: step.title, reason: "it can still not be looked at before \(after)")
        case .blocked(let why):
            throw StepFailure(title: step.title, reason: why)
        }
    }

    private func looked(_ step: any Step) async throws -> StepStanding {
        do { return try await step.look() } catch let error as StepFailure { throw error } catch {
            throw StepFailure(title: step.title, reason: "\(error)")
        }
    }
}
