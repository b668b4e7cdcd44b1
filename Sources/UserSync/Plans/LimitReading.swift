public import Slices

/// What the limit planner knows of the host.
public struct LimitReading: Sendable {
    /// By uid.
    public let standings: [UInt32: SliceStanding]
    /// The slices that carry limits of ours.
    public let ourUIDs: [UInt32]

    public init(standings: [UInt32: SliceStanding], ourUIDs: [UInt32]) {
        self.standings = standings
        self.ourUIDs = ourUIDs
    }
}

extension LimitReading {
    /// Whether what a step was to reach is so.
    func shows(_ step: LimitPlanner.Step) -> Bool {
        switch step {
        case .set(let uid?, let wanted): standings[uid].map { !$0.needsChange(for: wanted) } ?? false
        case .set(nil, _): false
        case .withdraw(let uid): !ourUIDs.contains(uid)
        }
    }
}
