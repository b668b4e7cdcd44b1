import Identity
public import SyncReport

/// What a run would do. Made without touching anything.
public struct SyncPlan: Sendable {
    public let desired: DesiredState
    public let scope: SyncScope
    /// Those whom it would switch off, were they not too many to believe it; nothing is done to them.
    let withheld: Withheld?
    var withheldNames: Set<UserName>
    let stages: [SyncStage: StagePlan]
    /// The areas that could not be looked at, and why.
    public internal(set) var troubles: [SyncArea: String]

    init(
        desired: DesiredState,
        scope: SyncScope,
        withheld: Withheld?,
        stages: [SyncStage: StagePlan],
        troubles: [SyncArea: String]
    ) {
        self.desired = desired
        self.scope = scope
        self.withheld = withheld
        self.withheldNames = withheld?.names ?? []
        self.stages = stages
        self.troubles = troubles
    }

    /// Everything that would be changed, in the order in which it would be.
    public var changes: [SyncChange] { SyncStage.allCases.flatMap { stages[$0]?.changes ?? [] } }

    /// What no change can put right.
    public var findings: [SyncFinding] {
        (withheld.map { [$0.finding] } ?? []) + SyncStage.allCases.flatMap { stages[$0]?.findings ?? [] }
            + troubles.map(SyncFinding.init(area:trouble:)).sorted()
    }
}

/// What ``MassGuard`` keeps from being done.
struct Withheld: Sendable {
    let names: Set<UserName>
    let finding: SyncFinding
}

extension SyncFinding {
    init(area: SyncArea, trouble: String) {
        self.init(area: area, user: nil, kind: "not-reconciled", text: trouble)
    }
}

extension SyncFinding: Comparable {
    /// By area, then person.
    public static func < (left: SyncFinding, right: SyncFinding) -> Bool {
        (left.area, left.user ?? "", left.kind, left.text) < (right.area, right.user ?? "", right.kind, right.text)
    }
}
