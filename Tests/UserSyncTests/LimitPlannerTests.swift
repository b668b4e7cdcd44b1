import Identity
import LinuxAccounts
import Slices
import Testing
import UserSync

@Suite("The plan of limits")
struct LimitPlannerTests {
    private func withdrawn(_ ours: [UInt32], accounts: Set<UInt32>, meant: Bool = false) -> (
        uids: [UInt32], findings: [String]
    ) {
        let plan = LimitPlanner.plan(
            Membership(
                desired: DesiredState([]),
                reading: AccountReading(
                    host: HostSnapshot(accounts: [:], groups: [:]),
                    today: 20_000,
                    ownership: { _ in nil },
                    home: { _ in .whole }
                ),
                scope: SyncScope()
            ),
            ourAccounts: accounts,
            reading: LimitReading(standings: [:], ourUIDs: ours),
            policy: SlicePolicy(),
            allowsMass: meant
        )
        let uids = plan.steps.compactMap { if case .withdraw(let uid) = $0.step { uid } else { nil } }
        return (uids, plan.findings.map(\.kind))
    }

    @Test("limits of a uid that nobody has any more are taken away, never those of the system")
    func stale() {
        #expect(withdrawn([0, 33, 1001, 1002], accounts: [1001]) == ([1002], []))
    }

    @Test("a wrong group takes nobody's limits away unless it is meant")
    func wrongGroup() {
        #expect(withdrawn([1001, 1002], accounts: []) == ([], ["mass-withdraw"]))
        let many = (1001...1012).map(UInt32.init)
        #expect(withdrawn(many, accounts: Set(many.prefix(5))) == ([], ["mass-withdraw"]))
        #expect(withdrawn(many, accounts: Set(many.prefix(5)), meant: true).uids.count == 7)
        #expect(withdrawn(many, accounts: Set(many.prefix(6))).uids.count == 6)
    }
}
