public import HostChanges

/// What a run would do, by component. Nothing has been done.
public struct InstallPlan: Codable, Sendable, Equatable {
    public struct Item: Codable, Sendable, Equatable {
        public enum Standing: String, Codable, Sendable { case done, needed, pending, later, blocked }

        public let component: Component
        public let title: String
        public let standing: Standing
        public let changes: [PlannedChange]
        /// Why it is pending or blocked, or what it waits for.
        public let reason: String?

        init(_ step: any Step, _ standing: StepStanding) {
            component = step.component
            title = step.title
            changes = standing.changes
            switch standing {
            case .done: (self.standing, reason) = (.done, nil)
            case .needed: (self.standing, reason) = (.needed, nil)
            case .pending(_, let why): (self.standing, reason) = (.pending, why)
            case .later(_, let after): (self.standing, reason) = (.later, "when \(after)")
            case .blocked(let why): (self.standing, reason) = (.blocked, why)
            }
        }
    }

    public let items: [Item]

    /// Whether a run would change anything.
    public var hasWork: Bool { items.contains { [.needed, .later].contains($0.standing) } }
    /// What administrators changed, and what is in the way.
    public var pending: [Item] { items.filter { $0.standing == .pending } }
    public var blocked: [Item] { items.filter { $0.standing == .blocked } }
}
