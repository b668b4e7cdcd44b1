public import Identity
public import LinuxAccounts
import SyncReport

/// What switched off people still run on this host.
public enum StopPlanner {
    /// A slice whose processes are to end.
    public struct Step: Sendable, Hashable {
        public let uid: UInt32
    }

    /// Everybody of ours who may run nothing: disabled in the store, or switched off because their row is gone.
    /// - Parameter locking: those whom the same plan locks.
    public static func candidates(
        desired: DesiredState,
        reading: AccountReading,
        settings: AccountSettings,
        scope: SyncScope,
        locking: Set<UserName>
    ) -> [LinuxAccount] {
        let ours = reading.host.groups[settings.group]?.members ?? []
        return ours.union(locking.map(\.rawValue)).compactMap { text -> LinuxAccount? in
            guard let name = try? UserName(text), scope.includes(name), desired.refused[text] == nil,
                let account = reading.host.accounts[text]
            else { return nil }
            // The group alone does not say it: somebody may have put an account of the system there.
            switch reading.ownership(text) {
            case .ours, nil: break
            case .adoptable where locking.contains(name): break
            case .adoptable, .foreign: return nil
            }
            if let person = desired.people[name] { return person.isActive ? nil : account }
            return locking.contains(name) || account.isSwitchedOff(on: reading.today) ? account : nil
        }.filter { account in
            // Who locked an administrator by hand has decided.
            account.isSwitchedOff(on: reading.today)
                || reading.administration(of: account.name, unless: scope).isEmpty
        }.sorted { $0.name < $1.name }
    }

    /// - Parameter processes: how many run in the slice of each uid.
    public static func plan(_ candidates: [LinuxAccount], processes: [UInt32: Int]) -> AreaPlan<Step> {
        var plan = AreaPlan<Step>()
        for account in candidates {
            guard let count = processes[account.uid], count > 0 else { continue }
            plan.add(
                Step(uid: account.uid),
                SyncChange(
                    area: .accounts,
                    kind: "stop-processes",
                    user: account.name,
                    what: "stop what \(account.name) runs (\(count) \(count == 1 ? "process" : "processes"))",
                    why: "\(account.name) is switched off"
                )
            )
        }
        return plan
    }
}
