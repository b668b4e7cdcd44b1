import DiskQuotas
import Foundation
import Identity
import JupyterHubClient
import LinuxAccounts
import Slices
import Synchronization
import SyncReport
import TestSupport
import Testing
import UserSync

@Suite("A run")
struct ReconcilerTests {
    private func desired(_ names: String...) throws -> DesiredState {
        DesiredState(try names.map { DesiredPerson(name: try UserName($0)) })
    }

    /// An adapter that says that all is well and does nothing.
    private struct Liar: SliceController {
        let layout = CgroupLayout.ownV2(parent: "/sys/fs/cgroup/simulated")

        func standing(of uids: [UInt32]) async throws(SliceError) -> [UInt32: SliceStanding] {
            Dictionary(uniqueKeysWithValues: uids.map { ($0, SliceStanding(name: "x", configured: nil, inForce: nil)) })
        }
        func apply(_: [UInt32: SliceLimits], progress: @Sendable (Int) -> Void) async -> [UInt32: [SliceProblem]] {
            [:]
        }
        func stopEverything(of uid: UInt32) async throws(SliceError) {}
        func withdraw(_ uids: [UInt32]) async -> [UInt32: SliceProblem] { [:] }
        func ourUIDs() throws(SliceError) -> [UInt32] { [] }
    }

    @Test("what an adapter calls done and is not, is never called applied")
    func proof() async throws {
        let desired = try desired("ada")
        let host = SimulatedHost(.init(), desired: desired)
        var parts = host.parts
        parts.limits = .slices(Liar())
        let reconciler = Reconciler(parts: parts)
        let outcome = await reconciler.apply(await reconciler.plan(desired, scope: SyncScope()))
        #expect(outcome.failed.map(\.change.area) == [.limits])
        #expect(!outcome.applied.contains { $0.area == .limits })
        #expect(outcome.findings.map(\.kind).contains("not-applied"))
        #expect(!outcome.isComplete)
        // And the others were done all the same.
        #expect(outcome.applied.contains { $0.area == .disk })
        #expect(host.state.hub["ada"] != nil)
    }

    /// A disk that cannot be looked at once something was set there.
    private final class ShutDisk: DiskQuotaController {
        private let isShut = Mutex(false)

        func support(ofHome: String) throws(DiskQuotaError) -> (fileSystem: HomeFileSystem, support: DiskQuotaSupport) {
            (HomeFileSystem(mountPoint: "/home", source: "/dev/sda1", kind: .ext4, options: []), .enforced)
        }
        func standing(of people: [(uid: UInt32, home: String)]) -> [UInt32: DiskStanding] {
            let problem = isShut.withLock { $0 } ? DiskProblem(reason: "It is shut.", remedy: "Open it.") : nil
            return Dictionary(
                people.map { ($0.uid, DiskStanding(used: nil, limit: nil, problem: problem)) },
                uniquingKeysWith: { first, _ in first }
            )
        }
        func apply(
            _: [(uid: UInt32, home: String, limit: ByteCount)],
            progress: @Sendable (Int) -> Void
        ) async -> [UInt32: DiskProblem] {
            isShut.withLock { $0 = true }
            return [:]
        }
    }

    @Test("a limit that nobody can look at afterwards was not applied, and the reason is what is in the way")
    func unseen() async throws {
        let desired = try desired("ada")
        let host = SimulatedHost(.init(), desired: desired)
        var parts = host.parts
        parts.disk = ShutDisk()
        let reconciler = Reconciler(parts: parts)
        let outcome = await reconciler.apply(await reconciler.plan(desired, scope: SyncScope()))
        #expect(outcome.failed.map(\.change.kind) == ["set-disk-limit"])
        #expect(outcome.failed.first?.reason == "It is shut.")
    }

    /// Accounts whose files cannot be read again after they were changed.
    private struct Forgetful: AccountHost {
        let host: SimulatedHost
        var settings: AccountSettings { host.settings }

        func read() throws(AccountFilesError) -> HostSnapshot {
            if host.changes > 0 { return try HostSnapshot.read(in: "/nonexistent") }
            return try host.read()
        }
        func ownership(of name: String, in snapshot: HostSnapshot) -> Ownership? {
            host.ownership(of: name, in: snapshot)
        }
        func home(of account: LinuxAccount) -> HomeStanding { host.home(of: account) }
        func apply(
            _ changes: [AccountChange],
            progress: @escaping @Sendable (Int) -> Void
        ) async -> [(change: AccountChange, problem: AccountProblem)] { await host.apply(changes, progress: progress) }
    }

    @Test("what was done before a second look that failed is told of as failed, and left out nowhere")
    func secondLook() async throws {
        let desired = try desired("ada")
        let host = SimulatedHost(.init(), desired: desired)
        var parts = host.parts
        parts.accounts = Forgetful(host: host)
        let reconciler = Reconciler(parts: parts)
        let plan = await reconciler.plan(desired, scope: SyncScope(areas: [.accounts]))
        let outcome = await reconciler.apply(plan)
        #expect(host.state.accounts["ada"] != nil)
        #expect(outcome.applied.isEmpty)
        #expect(outcome.failed.map(\.change) == plan.changes)
        #expect(outcome.failed.allSatisfy { $0.reason.contains("could not be proven") })
        #expect(outcome.troubles[.accounts] != nil)
    }

    /// Accounts whose homes nobody may look at before somebody is locked.
    private struct ShyHomes: AccountHost {
        let host: SimulatedHost
        let locked: UserName
        var settings: AccountSettings { host.settings }

        func read() throws(AccountFilesError) -> HostSnapshot { try host.read() }
        func ownership(of name: String, in snapshot: HostSnapshot) -> Ownership? {
            host.ownership(of: name, in: snapshot)
        }
        func home(of account: LinuxAccount) -> HomeStanding {
            #expect(host.state.accounts[locked.rawValue]?.isSwitchedOff(on: SimulatedHost.today) == true)
            #expect(host.state.tasks.isEmpty)
            return host.home(of: account)
        }
        func apply(
            _ changes: [AccountChange],
            progress: @escaping @Sendable (Int) -> Void
        ) async -> [(change: AccountChange, problem: AccountProblem)] { await host.apply(changes, progress: progress) }
    }

    @Test("nobody waits for a home to be looked at before they are locked and stopped")
    func lockingFirst() async throws {
        let host = SimulatedHost(.init(), desired: try desired("ada", "bob"))
        let before = Reconciler(parts: host.parts)
        _ = await before.apply(await before.plan(try desired("ada", "bob"), scope: SyncScope()))
        let bob = try UserName("bob")
        host.mutate { $0.tasks[$0.accounts["bob"]?.uid ?? 0] = 4 }
        let after = DesiredState([DesiredPerson(name: try UserName("ada")), DesiredPerson(name: bob, isActive: false)])
        host.says(after)
        var parts = host.parts
        parts.accounts = ShyHomes(host: host, locked: bob)
        let (plan, outcome) = await Reconciler(parts: parts).reconcile(after, scope: SyncScope())
        #expect(outcome.isComplete)
        #expect(outcome.applied.map(\.kind) == ["disable-account", "stop-processes", "revoke"])
        #expect(plan.changes == outcome.applied)
    }

    @Test("ten thousand people without disk quotas are one finding")
    func diskOff() async throws {
        let desired = DesiredState(try (0..<10_000).map { DesiredPerson(name: try UserName("p\($0)")) })
        let support = DiskQuotaSupport.off(reason: "It is off.", remedy: "Switch it on.")
        let host = SimulatedHost(.init(), desired: desired, diskSupport: support)
        let plan = await Reconciler(parts: host.parts).plan(desired, scope: SyncScope(areas: [.accounts, .disk]))
        #expect(plan.changes.count == 10_002)
        #expect(plan.findings.count == 1)
        #expect(plan.findings.first?.remedy == "Switch it on.")
    }

    @Test("with a group of somebody else's as the platform's, nothing is changed and nobody is ours")
    func foreignGroup() async throws {
        let service = LinuxAccount(name: "svc", uid: 998, gid: 900, home: "/", shell: "/usr/sbin/nologin")
        let bob = LinuxAccount(name: "bob", uid: 1001, gid: 1001, home: "/home/bob", shell: "/bin/bash", password: .set)
        let desired = try desired("ada")
        let groups = [AccountSettings().group: LinuxGroup(gid: 900, members: ["bob"])]
        let state = SimulatedHost.State(accounts: ["svc": service, "bob": bob], groups: groups, tasks: [1001: 2])
        let host = SimulatedHost(state, desired: desired)
        let reconciler = Reconciler(parts: host.parts)
        let scope = SyncScope(areas: [.accounts, .limits, .disk])
        let outcome = await reconciler.apply(await reconciler.plan(desired, scope: scope))
        #expect(outcome.troubles.keys.sorted { $0.rawValue < $1.rawValue } == [.accounts, .disk, .limits])
        #expect(outcome.troubles[.accounts]?.contains("the primary group of svc") == true)
        #expect(host.changes == 0)
    }

    @Test("an area that cannot be looked at is told of and keeps nothing else from being done")
    func trouble() async throws {
        let desired = try desired("ada")
        let host = SimulatedHost(.init(), desired: desired)
        var parts = host.parts
        parts.hub = .unusable(reason: "No token.")
        let reconciler = Reconciler(parts: parts)
        let outcome = await reconciler.apply(await reconciler.plan(desired, scope: SyncScope()))
        #expect(outcome.troubles == [.jupyterhub: "No token."])
        #expect(!outcome.isComplete)
        #expect(host.state.accounts["ada"] != nil)
        #expect(host.state.limits.count == 1)
    }

    @Test("told to end, it ends after the step that it is at, and says so")
    func stop() async throws {
        let desired = try desired("ada")
        let host = SimulatedHost(.init(), desired: desired)
        let reconciler = Reconciler(parts: host.parts)
        let stop = StopSignal()
        let plan = await reconciler.plan(desired, scope: SyncScope())
        let outcome = await reconciler.apply(plan, until: stop) { stage, _, _ in if stage == "Accounts" { stop.raise() }
        }
        #expect(outcome.isInterrupted)
        #expect(host.state.accounts["ada"] != nil)
        #expect(host.state.limits.isEmpty)
        #expect(outcome.failed.isEmpty)
    }

    @Test("a state knows whose rows differ from an earlier one")
    func difference() throws {
        let before = try desired("ada", "bob", "eve")
        let after = DesiredState([
            DesiredPerson(name: try UserName("ada")),
            DesiredPerson(name: try UserName("bob"), isActive: false),
            DesiredPerson(name: try UserName("new")),
        ])
        #expect(after.names(differingFrom: before).map(\.rawValue).sorted() == ["bob", "eve", "new"])
        #expect(after.names(differingFrom: after).isEmpty)
    }
}

@Suite("The lock of a run")
struct SyncLockTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test("the second is told who the first is, and gets it when the first is gone")
    func exclusive() throws {
        let path = directory.path("run/sync.lock")
        let first = try SyncLock(path: path, command: "sync-users\u{1B}[2J --watch", now: 42)
        #expect(SyncLock.holder(path: path)?.command == "sync-users[2J --watch")
        do throws(SyncLock.Failure) {
            _ = try SyncLock(path: path, command: "other", now: 43)
            Issue.record("both have it")
        } catch {
            guard case .held(let holder?) = error else { throw error }
            #expect(holder.pid == getpid())
            #expect(holder.since == 42)
        }
        withExtendedLifetime(first) {}
    }

    @Test("nobody holds a lock that was let go, or that is not there")
    func free() throws {
        let path = directory.path("sync.lock")
        #expect(SyncLock.holder(path: path) == nil)
        do { _ = try SyncLock(path: path, command: "gone", now: 1) }
        #expect(SyncLock.holder(path: path) == nil)
        _ = try SyncLock(path: path, command: "next", now: 2)
    }
}
