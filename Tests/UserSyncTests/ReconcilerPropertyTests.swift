import Identity
import LinuxAccounts
import TestSupport
import Testing
import UserSync

/// What holds for any store and any machine.
@Suite("Reconciling any host with any store")
struct ReconcilerPropertyTests {
    private static let seeds = Array(UInt64(1)...120)

    private func makeHost(_ seed: UInt64) -> (host: SimulatedHost, desired: DesiredState) {
        var random = RandomHost(seed: seed)
        let desired = random.desired()
        return (SimulatedHost(random.state(), desired: desired), desired)
    }

    private func run(_ host: SimulatedHost, _ desired: DesiredState) async -> SyncOutcome {
        let reconciler = Reconciler(parts: host.parts)
        return await reconciler.apply(await reconciler.plan(desired, scope: scope))
    }

    private let scope = SyncScope(allowsMassDisable: true)

    @Test("after a run nothing is left to do, and a second run changes nothing", arguments: seeds)
    func converges(seed: UInt64) async {
        let (host, desired) = makeHost(seed)
        let outcome = await run(host, desired)
        #expect(outcome.isComplete)
        #expect(outcome.failed.isEmpty)
        let left = await Reconciler(parts: host.parts).plan(desired, scope: scope).changes
        #expect(left == [])
        let changes = host.changes
        _ = await run(host, desired)
        #expect(host.changes == changes)
    }

    @Test("what the plan shows is what the run does", arguments: seeds)
    func planIsTrue(seed: UInt64) async {
        let (host, desired) = makeHost(seed)
        let plan = await Reconciler(parts: host.parts).plan(desired, scope: scope)
        #expect(host.changes == 0)
        let outcome = await Reconciler(parts: host.parts).apply(plan)
        let shown = Set(plan.changes.map { "\($0.area) \($0.kind) \($0.user ?? "") \($0.subject ?? "")" })
        let done = Set(outcome.applied.map { "\($0.area) \($0.kind) \($0.user ?? "") \($0.subject ?? "")" })
        #expect(done.subtracting(shown) == [])
        #expect(shown.subtracting(done) == [])
    }

    @Test("accounts that are not ours stay as they are, and nobody's account or home goes away", arguments: seeds)
    func touchesNobodyElse(seed: UInt64) async {
        let (host, desired) = makeHost(seed)
        let before = host.state
        _ = await run(host, desired)
        let after = host.state
        let group = host.settings.group
        let ours = after.groups[group]?.members ?? []
        #expect(after.groups["sudo"] == before.groups["sudo"])
        #expect(before.wholeHomes.isSubset(of: after.wholeHomes))
        for (name, account) in before.accounts {
            #expect(after.accounts[name] != nil)
            if !ours.contains(name) || account.uid < host.settings.minimumUID {
                #expect(after.accounts[name] == account)
                #expect(after.tasks[account.uid] == before.tasks[account.uid])
                #expect(after.disk[account.uid] == before.disk[account.uid])
            }
            let wasOurs = before.groups[group]?.members.contains(name) == true
            let mayJoin =
                before.adoptable.contains(name)
                && desired.people.values.contains { $0.name.rawValue == name && $0.isActive }
            if !wasOurs, !mayJoin { #expect(!ours.contains(name)) }
        }
        for (name, user) in before.hub where user.groups == ["somebody-elses"] {
            if !desired.people.keys.contains(where: { $0.rawValue == name }) { #expect(after.hub[name] == user) }
        }
    }

    @Test("who is switched off can do nothing afterwards", arguments: seeds)
    func switchesOff(seed: UInt64) async {
        let (host, desired) = makeHost(seed)
        _ = await run(host, desired)
        let state = host.state
        let ours = state.groups[host.settings.group]?.members ?? []
        for person in desired.people.values where !person.isActive {
            let name = person.name.rawValue
            #expect(state.hub[name]?.servers.isEmpty ?? true)
            #expect(state.hub[name]?.admin != true)
            guard ours.contains(name), let account = state.accounts[name], account.uid >= 1000,
                host.read().administration(of: name).isEmpty
            else { continue }
            #expect(account.isSwitchedOff(on: SimulatedHost.today))
            #expect(state.tasks[account.uid] == nil)
        }
    }

    @Test("killed at any step, the next run finishes to the same end", arguments: seeds.prefix(25))
    func survivesKill(seed: UInt64) async {
        let (whole, desired) = makeHost(seed)
        _ = await run(whole, desired)
        for fuse in 0..<whole.changes {
            let (host, _) = makeHost(seed)
            host.setFuse(fuse)
            _ = await run(host, desired)
            host.setFuse(nil)
            let outcome = await run(host, desired)
            #expect(outcome.isComplete)
            let left = await Reconciler(parts: host.parts).plan(desired, scope: scope).changes
            #expect(left == [])
            let isSame = host.state == whole.state
            #expect(isSame, "killed at change \(fuse)")
        }
    }

    @Test("a run about some people changes nobody else", arguments: seeds)
    func staysInScope(seed: UInt64) async {
        let (host, desired) = makeHost(seed)
        let before = host.state
        let names = Set(["p1", "p2", "p3"].compactMap { try? UserName($0) })
        let reconciler = Reconciler(parts: host.parts)
        let narrow = SyncScope(names: names, allowsMassDisable: true)
        let plan = await reconciler.plan(desired, scope: narrow)
        #expect(plan.changes.compactMap(\.user).allSatisfy { user in names.contains { $0.rawValue == user } })
        _ = await reconciler.apply(plan)
        let after = host.state
        for (name, account) in before.accounts where !names.contains(where: { $0.rawValue == name }) {
            #expect(after.accounts[name] == account)
            #expect(after.limits[account.uid] == before.limits[account.uid])
        }
    }
}
