import SyncReport

/// What one stage of a run wants, and how it is done.
struct StagePlan: Sendable {
    let changes: [SyncChange]
    let findings: [SyncFinding]
    /// What an adapter is to do for each of ``changes``.
    let steps: [any Sendable]
    /// Does some of the changes.
    /// - Returns: what an adapter had to complain about. That it had nothing proves nothing.
    let apply: Apply
    /// Whether what a step of an earlier plan of this stage was to reach was seen to be so when this plan was made. That a change
    /// is not wanted any more does not say it: what cannot be looked at is not wanted either.
    let shows: @Sendable (_ step: any Sendable) -> Bool

    typealias Progress = @Sendable (Int) -> Void
    typealias Apply =
        @Sendable (_ part: Range<Int>, _ progress: @escaping Progress) async -> [SyncChange.Identity: String]

    static let nothing = StagePlan(findings: [])

    /// A stage in which there is nothing to do.
    init(findings: [SyncFinding]) {
        self.changes = []
        self.findings = findings
        self.steps = []
        self.apply = { _, _ in [:] }
        self.shows = { _ in false }
    }

    /// - Parameters:
    ///   - more: findings that no planner of the area makes.
    ///   - shows: whether what a step was to reach is so by the readings that `plan` is made from.
    ///   - apply: does steps, and says which of them it could not do.
    init<Step>(
        _ plan: AreaPlan<Step>,
        and more: [SyncFinding] = [],
        shows: @escaping @Sendable (Step) -> Bool,
        apply: @escaping @Sendable (_ steps: [Step], _ progress: @escaping Progress) async -> [Step: String]
    ) {
        let planned = plan.steps
        changes = planned.map(\.change)
        findings = plan.findings + more
        steps = planned.map(\.step)
        self.shows = { step in (step as? Step).map(shows) ?? false }
        self.apply = { part, progress in
            let complaints = await apply(planned[part].map(\.step), progress)
            guard !complaints.isEmpty else { return [:] }
            return Dictionary(
                planned[part].compactMap { planned in complaints[planned.step].map { (planned.change.identity, $0) } },
                uniquingKeysWith: { first, _ in first }
            )
        }
    }
}
