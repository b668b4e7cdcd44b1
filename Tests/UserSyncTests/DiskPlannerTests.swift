import DiskQuotas
import Identity
import LinuxAccounts
import Testing
import UserSync

@Suite("The plan of disk limits")
struct DiskPlannerTests {
    private func plan(_ standing: DiskStanding, unreadable: [String: String] = [:]) throws -> AreaPlan<DiskStep> {
        let settings = AccountSettings()
        let account = LinuxAccount(name: "ada", uid: 1001, gid: 1001, home: "/home/ada", shell: "/bin/bash")
        let host = HostSnapshot(
            accounts: ["ada": account],
            groups: [settings.group: LinuxGroup(gid: 900, members: ["ada"])]
        )
        let reading = AccountReading(host: host, today: 20_000, ownership: { _ in .ours }, home: { _ in .whole })
        let membership = Membership(
            desired: DesiredState([DesiredPerson(name: try UserName("ada"))]),
            reading: reading,
            scope: SyncScope()
        )
        let disk = DiskReading(
            standings: [1001: standing],
            supports: unreadable.isEmpty ? ["/home": .enforced] : [:],
            unreadable: unreadable
        )
        return DiskPlanner.plan(membership, reading: disk, homes: "/home")
    }

    @Test("a soft limit beside the right one is taken away, and is no finding")
    func softLimit() throws {
        let soft = DiskProblem(reason: "It is soft.", remedy: "Sync.", isMendable: true)
        let quota = Quota.platformDefault.disk
        let plan = try plan(DiskStanding(used: nil, limit: quota, problem: soft))
        #expect(plan.steps.map(\.step) == [DiskStep(uid: 1001, home: "/home/ada", limit: quota)])
        #expect(plan.findings.isEmpty)
    }

    @Test("what setting cannot mend is told of and not tried")
    func hopeless() throws {
        let problem = DiskProblem(reason: "It is off.", remedy: "Switch it on.")
        let plan = try plan(DiskStanding(used: nil, limit: nil, problem: problem))
        #expect(plan.isEmpty)
        #expect(plan.findings.map(\.kind) == ["not-in-force"])
    }

    @Test("a file system mounted over a home is told of, and the limit is set all the same")
    func mounted() throws {
        let note = DiskProblem(reason: "Something is mounted.", remedy: "umount")
        let plan = try plan(DiskStanding(used: nil, limit: nil, problem: nil, note: note))
        #expect(plan.steps.count == 1)
        #expect(plan.findings.map(\.kind) == ["mount-over-home"])
    }

    @Test("a directory that cannot be looked at is one finding, and stops nobody else")
    func unreadable() throws {
        let plan = try plan(DiskStanding(used: nil, limit: nil, problem: nil), unreadable: ["/home": "It hangs."])
        #expect(plan.isEmpty)
        #expect(plan.findings.map(\.kind) == ["directory-unreadable"])
        #expect(plan.findings.first?.text.contains("It hangs.") == true)
    }
}
