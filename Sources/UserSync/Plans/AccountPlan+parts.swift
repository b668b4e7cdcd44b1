import Identity
import LinuxAccounts

extension AreaPlan<AccountChange> {
    /// All that concerns people who are switched off, and the groups: nobody waits for ten thousand new accounts to be locked out.
    /// - Parameter withheld: those who are left as they are all the same.
    func locking(_ desired: DesiredState, but withheld: Set<UserName> = []) -> Self {
        let names = switchedOff(desired).subtracting(withheld)
        guard !names.isEmpty else { return Self() }
        return part(withFindings: false) { planned in planned.step.user.map(names.contains) ?? true }
    }

    /// Everything for people who are active, the groups where `locked` has not seen to them, and the findings.
    func building(_ desired: DesiredState, besides locked: Self) -> Self {
        let names = switchedOff(desired)
        return part(withFindings: true) { planned in
            planned.step.user.map { !names.contains($0) } ?? locked.isEmpty
        }
    }

    /// The people of the plan who may do nothing: disabled, or gone from the store.
    func switchedOff(_ desired: DesiredState) -> Set<UserName> {
        Set(steps.compactMap(\.step.user).filter { desired.people[$0]?.isActive != true })
    }
}
