import Identity
import SyncReport

/// What the last `sync-users` could not put right; read again when its file was replaced.
actor LastSync {
    private let file: SyncReportFile
    private var mark: SyncReportFile.Mark?
    private var byUser: [String: [SyncFinding]] = [:]
    private var ofHost: [SyncFinding] = []
    private var everything: [SyncFinding] = []

    /// The areas whose findings concern everybody who has limits.
    private static let limitAreas: Set<SyncArea> = [.limits, .disk]
    /// The most findings that are told of one person.
    private static let findingLimit = 20

    init(path: String) { file = SyncReportFile(path: path) }

    /// The findings of one person, and those about limits of the whole host.
    func findings(of user: UserName) -> [SyncFinding] {
        refresh()
        return Array(((byUser[user.rawValue] ?? []) + ofHost).prefix(Self.findingLimit))
    }

    /// How many findings name this person.
    func count(of user: UserName) -> Int {
        refresh()
        return byUser[user.rawValue]?.count ?? 0
    }

    /// All findings, in the order of the report.
    func all() -> [SyncFinding] {
        refresh()
        return everything
    }

    private func refresh() {
        let mark = file.mark()
        guard mark != self.mark else { return }
        self.mark = mark
        // A report that cannot be read says nothing; the limits themselves are looked at anyway.
        let findings = (try? file.read())?.findings ?? []
        everything = findings
        byUser = Dictionary(grouping: findings.filter { $0.user != nil }) { $0.user ?? "" }
        ofHost = findings.filter { $0.user == nil && Self.limitAreas.contains($0.area) }
    }
}
