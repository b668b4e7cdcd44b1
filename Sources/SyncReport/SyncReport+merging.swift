extension SyncReport {
    /// The report after one more run. What the run did not look at stays as an earlier run left it.
    /// - Parameters:
    ///   - earlier: the report before; `nil` when there is none.
    ///   - areas: the areas that the run looked at.
    ///   - users: the people whom it looked at; `nil` for everybody.
    ///   - findings: what it found.
    public init(
        after earlier: SyncReport?,
        at: Int64,
        durationMilliseconds: Int,
        users count: Int,
        areas: [SyncArea: Area],
        of users: Set<String>?,
        findings: [SyncFinding]
    ) {
        let kept = (earlier?.findings ?? []).filter { finding in
            guard areas[finding.area] != nil else { return true }
            guard let users else { return false }
            return finding.user.map { !users.contains($0) } ?? true
        }
        // What concerns the whole host is judged by runs over everybody; one over some people may only add to it.
        let known = Set(kept.filter { $0.user == nil }.map { "\($0.area) \($0.kind)" })
        let new = findings.filter { users == nil || $0.user != nil || !known.contains("\($0.area) \($0.kind)") }
        let all = (kept + new).enumerated().sorted { left, right in
            (left.element.area, left.offset) < (right.element.area, right.offset)
        }.map(\.element)
        let reconciled = Dictionary(
            (earlier?.areas ?? [:]).compactMap { name, area in SyncArea(rawValue: name).map { ($0, area) } },
            uniquingKeysWith: { first, _ in first }
        )
        self.init(
            at: at,
            durationMilliseconds: durationMilliseconds,
            users: count,
            areas: reconciled.merging(areas) { _, new in new },
            findings: all
        )
    }
}
