import Identity
import LinuxAccounts
import Slices
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
            #expect(state.tokens[name] == nil)
            guard ours.contains(name), let account = state.accounts[name], account.uid >= 1000,
                (try? host.read().administration(of: name).isEmpty) == true
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

    /// What an administrator reads in the audit log.
    @Test("what is audited as applied is so on the host, whatever goes wrong", arguments: Array(UInt64(1)...400))
    func appliedIsSo(seed: UInt64) async {
        var random = RandomHost(seed: seed)
        let desired = random.desired()
        let host = SimulatedHost(random.state(), desired: desired, faults: seed)
        let reconciler = Reconciler(parts: host.parts)
        let plan = await reconciler.plan(desired, scope: scope)
        let before = host.state
        let outcome = await reconciler.apply(plan)
        let after = host.state
        for change in outcome.applied {
            let isSo = after.has(change, as: desired, before: before)
            #expect(isSo, "\(change.area) \(change.kind) \(change.user ?? "") \(change.subject ?? "")")
        }
        // And nothing that was tried is left out of the log.
        let told = Set((outcome.applied + outcome.failed.map(\.change)).map(\.key))
        for name in before.accounts.keys where before.accounts[name] != after.accounts[name] {
            #expect(told.contains { $0.contains(" \(name) ") }, "\(name) was changed without a word")
        }
    }
}

extension SyncChange {
    fileprivate var key: String { "\(area) \(kind) \(user ?? "") \(subject ?? "")" }
}

extension SimulatedHost.State {
    /// Whether what a change was to reach is so.
    fileprivate func has(_ change: SyncChange, as desired: DesiredState, before: Self) -> Bool {
        let settings = AccountSettings()
        let name = change.user ?? ""
        let person = (try? UserName(name)).flatMap { desired.people[$0] }
        let account = accounts[name]
        func isMember(_ group: String) -> Bool { groups[group]?.members.contains(name) ?? false }
        switch change.kind {
        case "create-group": return groups[change.subject ?? ""] != nil
        case "create-account": return account.map { wholeHomes.contains($0.home) && isMember(settings.group) } ?? false
        case "adopt-account": return isMember(settings.group)
        case "add-to-group": return isMember(settings.adminGroup)
        case "remove-from-group": return !isMember(settings.adminGroup)
        case "disable-account": return account?.isSwitchedOff(on: SimulatedHost.today) == true
        case "enable-account": return account?.isUsable(on: SimulatedHost.today) == true
        case "complete-home": return account.map { wholeHomes.contains($0.home) } ?? false
        case "stop-processes": return account.map { tasks[$0.uid] == nil } ?? false
        case "set-limits":
            return person.map { limits[account?.uid ?? 0] == SliceLimits(quota: $0.quota, policy: SlicePolicy()) }
                ?? false
        case "withdraw-limits": return limits[UInt32(change.subject ?? "") ?? 0] == nil
        case "set-disk-limit": return person.map { disk[account?.uid ?? 0] == $0.quota.disk } ?? false
        case "stop-servers": return hub[name]?.servers.isEmpty ?? true
        case "revoke": return tokens[name] == nil && hub[name].map { !$0.admin && $0.groups.isEmpty } ?? true
        case "add-user", "settle-user": return person.map { hub[name]?.admin == ($0.role == .admin) } ?? false
        default: return false
        }
    }
}
