public import SyncReport

/// What one area wants: steps for the adapter, each with its words for a person, and what no step can put right.
///
/// A planner is a function from readings to such a value. It touches nothing, and two calls with the same readings give
/// the same plan, so that a run can look again and plan again to see what it has not reached.
public struct AreaPlan<Step: Sendable & Hashable>: Sendable, Equatable {
    public struct Planned: Sendable, Equatable {
        public let step: Step
        public let change: SyncChange
    }

    public private(set) var steps: [Planned] = []
    public private(set) var findings: [SyncFinding] = []

    public init() {}

    public var isEmpty: Bool { steps.isEmpty }

    mutating func add(_ step: Step, _ change: SyncChange) { steps.append(Planned(step: step, change: change)) }

    mutating func add(_ finding: SyncFinding) { findings.append(finding) }
}

extension AreaPlan {
    /// The part of the plan whose steps `belongs` chooses.
    /// - Parameter withFindings: whether the findings go with it.
    func part(withFindings: Bool, _ belongs: (Planned) -> Bool) -> AreaPlan {
        var part = AreaPlan()
        part.steps = steps.filter(belongs)
        part.findings = withFindings ? findings : []
        return part
    }
}
