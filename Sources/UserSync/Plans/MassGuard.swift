import Identity
import JupyterHubClient
import SyncReport

/// Keeps a lost or damaged store from switching everybody off.
///
/// One judgement over the whole plan: whoever is about to be locked, stopped or taken out of JupyterHub, whether their row is gone
/// or says that they are disabled, is counted against those who are active now. Who was switched off before is in neither number.
struct MassGuard: Sendable {
    /// Those who can do something now, on this host or in JupyterHub.
    private(set) var active: Set<UserName> = []
    /// Those of them whom the plan switches off.
    private(set) var leaving: Set<UserName> = []
    let isStoreEmpty: Bool

    /// Whether so many are more than anybody would mean: all of them, or more than five and more than half.
    static func isMass(_ leaving: Int, of active: Int) -> Bool {
        leaving > 5 && leaving * 2 > active || leaving > 1 && leaving >= active
    }

    var trips: Bool {
        !leaving.isEmpty && (isStoreEmpty || Self.isMass(leaving.count, of: active.count))
    }

    /// - Parameter isLeaving: whether the plan switches them off.
    mutating func count(_ name: UserName, isLeaving: Bool) {
        active.insert(name)
        if isLeaving { leaving.insert(name) }
    }

    /// What is told of when it trips.
    func finding(in area: SyncArea) -> SyncFinding {
        let people = leaving.count == 1 ? "1 person" : "\(leaving.count) people"
        return SyncFinding(
            area: area,
            user: nil,
            kind: "mass-disable",
            text: isStoreEmpty
                ? "The store is empty, and \(people) would be switched off. That looks like a lost store, so nobody was."
                : "\(people) of \(active.count) who are active now are disabled in the store or gone from it. That looks like a "
                    + "lost or damaged store, so none of them was locked, stopped or taken out of JupyterHub.",
            remedy:
                "If it is meant: diycloud-bridge sync-users --allow-mass-disable. If not: restore the store from its backup."
        )
    }
}

extension MassGuard {
    /// Counts the accounts of ours.
    /// - Returns: those who were switched off before.
    mutating func count(
        _ reading: AccountReading,
        group: String,
        desired: DesiredState,
        scope: SyncScope
    ) -> Set<UserName> {
        var off: Set<UserName> = []
        for text in reading.host.groups[group]?.members ?? [] {
            guard let name = try? UserName(text), let account = reading.host.accounts[text],
                desired.refused[text] == nil
            else { continue }
            switch reading.ownership(text) {
            case .ours, nil: break
            case .adoptable, .foreign: continue
            }
            if account.isSwitchedOff(on: reading.today) {
                off.insert(name)
            } else {
                count(name, isLeaving: scope.includes(name) && desired.people[name]?.isActive != true)
            }
        }
        return off
    }

    /// Counts the people of JupyterHub, but for those who were switched off on this host before.
    mutating func count(
        _ users: [HubUser],
        switchedOff: Set<UserName>,
        plan: HubPlanner.Plans,
        desired: DesiredState,
        scope: SyncScope
    ) {
        let leaving = Set(plan.switchOff.steps.compactMap { $0.change.user })
        for user in users where user.admin || !user.groups.isDisjoint(with: HubPlanner.platformGroups) {
            guard let name = try? UserName(user.name), !switchedOff.contains(name) else { continue }
            count(name, isLeaving: leaving.contains(user.name))
        }
        // A run about few asks the hub about them only; the others are who the store says.
        guard scope.names != nil else { return }
        for person in desired.people.values where person.isActive { count(person.name, isLeaving: false) }
    }
}
