/// What somebody uses of one thing that they have a limit on, as a bar with its words.
public struct UsageMeter: Sendable, Equatable {
    /// `Processor`.
    public var title: String
    /// `0.4 cores`; `nil` when nobody counts.
    public var used: String?
    /// `1.5 cores`.
    public var limit: String
    /// How much of it is used, in percent; `nil` when nobody counts.
    public var percent: Double?
    /// Why the limit does not hold, as a sentence; `nil` when it does or nobody can say.
    public var notEnforced: String?

    public init(title: String, used: String?, limit: String, percent: Double?, notEnforced: String?) {
        self.title = title
        self.used = used
        self.limit = limit
        self.percent = percent
        self.notEnforced = notEnforced
    }

    var fields: PageTemplates.Fields {
        // An empty array leaves the section out; a missing value would be looked up further out.
        let share: [Int] = percent.map { [Int(min(max($0.isFinite ? $0 : 0, 0), 100).rounded())] } ?? []
        let unmet: [String] = notEnforced.map { [$0] } ?? []
        return ["title": title, "used": used ?? "unknown", "limit": limit, "meter": share, "notEnforced": unmet]
    }
}
