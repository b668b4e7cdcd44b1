import SyncReport
import Testing

@Suite("The report after one more run")
struct SyncReportTests {
    private func finding(_ area: SyncArea, _ user: String?, _ kind: String, _ text: String = "It is so.") -> SyncFinding
    {
        SyncFinding(area: area, user: user, kind: kind, text: text)
    }

    private func next(
        _ earlier: SyncReport?,
        areas: [SyncArea],
        of users: Set<String>? = nil,
        _ findings: [SyncFinding]
    ) -> SyncReport {
        SyncReport(
            after: earlier,
            at: 1,
            durationMilliseconds: 1,
            users: 2,
            areas: Dictionary(uniqueKeysWithValues: areas.map { ($0, .init(at: 1, applied: 0, failed: 0)) }),
            of: users,
            findings: findings
        )
    }

    @Test("what a run did not look at stays")
    func otherAreas() {
        let first = next(nil, areas: [.accounts, .disk], [finding(.accounts, "bob", "a"), finding(.disk, nil, "d")])
        let second = next(first, areas: [.accounts], [])
        #expect(second.findings.map(\.kind) == ["d"])
        #expect(second[.disk] != nil)
    }

    @Test("a run over some people replaces theirs, and what concerns the host is not told twice")
    func somePeople() {
        let first = next(
            nil,
            areas: [.disk],
            [finding(.disk, nil, "off", "2 people."), finding(.disk, "bob", "a"), finding(.disk, "eve", "a")]
        )
        let second = next(first, areas: [.disk], of: ["bob"], [finding(.disk, nil, "off", "1 person.")])
        #expect(second.findings.map(\.text) == ["2 people.", "It is so."])
        #expect(second.findings.compactMap(\.user) == ["eve"])
    }

    @Test("no more than twenty thousand findings are kept, and their number is")
    func limit() {
        let report = next(nil, areas: [.disk], (0..<20_005).map { finding(.disk, "p\($0)", "a") })
        #expect(report.findings.count == 20_000)
        #expect(report.findingCount == 20_005)
    }
}
