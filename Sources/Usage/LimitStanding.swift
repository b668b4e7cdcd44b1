public import Slices

/// What of a person's limits holds, for those who show it.
public struct LimitStanding: Sendable, Equatable {
    private let problems: [SliceProblem]

    /// - Parameters:
    ///   - standing: what the person's slice carries.
    ///   - limits: what the quota asks for.
    ///   - layout: how this host keeps processes together; where nothing does, that is the reason for all limits.
    public init(_ standing: SliceStanding, against limits: SliceLimits, in layout: CgroupLayout) {
        problems =
            if case .none(let reason) = layout {
                [SliceProblem(limit: nil, kind: .unsupported, reason: reason)]
            } else {
                standing.problems(against: limits)
            }
    }

    /// Whether one limit holds, or will as soon as a process of the person starts.
    public func of(_ limit: SliceLimit) -> Enforcement {
        let found = problems.first { $0.limit == limit } ?? problems.first { $0.limit == nil }
        return found.map { .notInForce($0.reason) } ?? .inForce
    }

    /// Whether processor time, memory and tasks hold: what a person is promised. Swap and throttling are means to that end.
    public var all: Enforcement {
        for limit in [SliceLimit.memory, .cpu, .tasks] {
            if case .notInForce(let reason) = of(limit) { return .notInForce(reason) }
        }
        return .inForce
    }
}
