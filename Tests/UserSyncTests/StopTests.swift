import Identity
import LinuxAccounts
import Slices
import SyncReport
import Testing
import UserSync

@Suite("Who is switched off runs nothing any more")
struct StopTests {
    private func host(_ names: [String: UInt32], tasks: [UInt32: Int]) throws -> (SimulatedHost, DesiredState) {
        var state = SimulatedHost.State()
        state.groups["diycloud-users"] = LinuxGroup(gid: 900, members: Set(names.keys))
        state.groups["diycloud-admins"] = LinuxGroup(gid: 901, members: [])
        for (name, uid) in names {
            state.accounts[name] = LinuxAccount(
                name: name,
                uid: uid,
                gid: uid,
                home: "/home/\(name)",
                shell: "/bin/bash",
                password: .set
            )
            state.wholeHomes.insert("/home/\(name)")
        }
        state.tasks = tasks
        let desired = DesiredState(try names.keys.map { DesiredPerson(name: try UserName($0), isActive: $0 != "bob") })
        return (SimulatedHost(state, desired: desired), desired)
    }

    private func run(_ parts: SyncParts, _ desired: DesiredState) async -> SyncOutcome {
        let reconciler = Reconciler(parts: parts)
        return await reconciler.apply(await reconciler.plan(desired, scope: SyncScope()))
    }

    @Test("on hosts without usable cgroups too")
    func withoutCgroups() async throws {
        let (host, desired) = try host(["bob": 1001, "eve": 1002], tasks: [1001: 2, 1002: 1])
        var parts = host.parts
        parts.limits = .none(reason: "limits.controller is none")
        let outcome = await run(parts, desired)
        #expect(host.state.tasks == [1002: 1])
        #expect(outcome.applied.contains { $0.kind == "stop-processes" && $0.user == "bob" })
    }

    @Test("but nobody with whom another name shares the uid")
    func shared() async throws {
        let (host, desired) = try host(["bob": 1001, "eve": 1001], tasks: [1001: 2])
        let outcome = await run(host.parts, desired)
        #expect(host.state.tasks == [1001: 2])
        #expect(outcome.findings.contains { $0.kind == "shared-uid" && $0.user == "bob" && $0.text.contains("eve") })
    }

    @Test("but not whoever called the run: that is told of, with the way out")
    func caller() async throws {
        let (host, desired) = try host(["bob": 1001], tasks: [1001: 2])
        host.mutate { $0.callers = [1001] }
        let outcome = await run(host.parts, desired)
        #expect(host.state.tasks == [1001: 2])
        let finding = try #require(outcome.findings.first { $0.kind == "not-stopped" })
        #expect(finding.text.contains("this command is theirs"))
        #expect(finding.remedy?.contains("--user bob") == true)
        #expect(outcome.failed.isEmpty)
    }

    @Test("what active people run outside of their slice is one finding each, which names it")
    func outside() async throws {
        let (host, desired) = try host(["bob": 1001, "eve": 1002], tasks: [:])
        let job = OutsideProcesses(count: 3, example: 4711, program: "sleep", cgroup: "/system.slice/cron.service")
        host.mutate { $0.outside = [1001: job, 1002: job] }
        let outcome = await run(host.parts, desired)
        let findings = outcome.findings.filter { $0.kind == "outside-of-limits" }
        #expect(findings.map(\.user) == ["eve"])
        #expect(findings.first?.text.contains("/system.slice/cron.service: process 4711 (sleep)") == true)
        #expect(outcome.isComplete)
    }
}
