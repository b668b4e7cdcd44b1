import SyncReport

/// What one stage of a run wants, and how it is done.
struct StagePlan: Sendable {
    let changes: [SyncChange]
    let findings: [SyncFinding]
    /// Does some of the changes.
    /// - Returns: what an adapter had to complain about. It explains a change that is still wanted afterwards, and proves nothing.
    let apply: Apply

    typealias Progress = @Sendable (Int) -> Void
    typealias Apply =
        @Sendable (_ part: Range<Int>, _ progress: @escaping Progress) async -> [SyncChange.Identity: String]

    static let nothing = StagePlan(changes: [], findings: [], apply: { _, _ in [:] })

    init(
        changes: [SyncChange],
        findings: [SyncFinding],
        apply: @escaping Apply
    ) {
        self.changes = changes
        self.findings = findings
        self.apply = apply
    }

    /// - Parameters:
    ///   - more: findings that no planner of the area makes.
    ///   - apply: does steps, and says which of them it could not do.
    init<Step>(
        _ plan: AreaPlan<Step>,
        and more: [SyncFinding] = [],
        apply: @escaping @Sendable (_ steps: [Step], _ progress: @escaping Progress) async -> [Step: String]
    ) {
        let planned = plan.steps
        self.init(changes: planned.map(\.change), findings: plan.findings + more) { part, progress in
            let complaints = await apply(planned[part].map(\.step), progress)
            guard !complaints.isEmpty else { return [:] }
            return Dictionary(
                planned[part].compactMap { planned in complaints[planned.step].map { (planned.change.identity, $0) } },
                uniquingKeysWith: { first, _ in first }
            )
        }
    }
}
