public import Identity
public import LinuxAccounts
import SyncReport

/// What switched off people still run on this host.
public enum StopPlanner {
    /// A person whose processes are to end, in their slice and out of it.
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

    /// - Parameters:
    ///   - host: to see whose uid belongs to somebody else too.
    ///   - processes: how many run of each uid.
    ///   - refusal: why this process cannot stop a uid; `nil` when it can.
    public static func plan(
        _ candidates: [LinuxAccount],
        host: HostSnapshot,
        processes: [UInt32: Int],
        refusal: (_ uid: UInt32) -> String?
    ) -> AreaPlan<Step> {
        var plan = AreaPlan<Step>()
        let running = candidates.filter { processes[$0.uid] ?? 0 > 0 }
        guard !running.isEmpty else { return plan }
        let names = Dictionary(grouping: host.accounts.values, by: \.uid)
        for account in running {
            let count = processes[account.uid] ?? 0
            let what = "what \(account.name) runs (\(count) \(count == 1 ? "process" : "processes"))"
            let others = (names[account.uid] ?? []).map(\.name).filter { $0 != account.name }.sorted()
            if !others.isEmpty {
                plan.add(sharedUID(account, what: what, others: others))
            } else if let reason = refusal(account.uid) {
                plan.add(refused(account, what: what, reason: reason))
            } else {
                plan.add(
                    Step(uid: account.uid),
                    SyncChange(
                        area: .accounts,
                        kind: "stop-processes",
                        user: account.name,
                        what: "stop \(what)",
                        why: "\(account.name) is switched off"
                    )
                )
            }
        }
        return plan
    }

    private static func sharedUID(_ account: LinuxAccount, what: String, others: [String]) -> SyncFinding {
        SyncFinding(
            area: .accounts,
            user: account.name,
            kind: "shared-uid",
            text: "\(account.name) is switched off, and \(what) goes on: uid \(account.uid) is also that of "
                + "\(others.joined(separator: ", ")), and nobody can tell their processes apart.",
            remedy: "Give \(account.name) a uid of its own (usermod -u), or end its processes by hand."
        )
    }

    private static func refused(_ account: LinuxAccount, what: String, reason: String) -> SyncFinding {
        SyncFinding(
            area: .accounts,
            user: account.name,
            kind: "not-stopped",
            text: "\(account.name) is switched off, and \(what) goes on: \(reason).",
            remedy: "From a log-in of somebody else: sudo diycloud-bridge sync-users --user \(account.name)"
        )
    }
}
