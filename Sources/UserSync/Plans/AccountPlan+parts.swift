import Identity
import LinuxAccounts

extension AreaPlan<AccountChange> {
    /// Whose steps fulfil a condition.
    func names(_ condition: (AccountChange) -> Bool) -> Set<UserName> {
        Set(steps.compactMap { condition($0.step) ? $0.step.user : nil })
    }

    /// All that concerns people who are switched off, and the groups: nobody waits for ten thousand new accounts to be locked out.
    var locking: Self {
        let names = lockedNames
        guard !names.isEmpty else { return Self() }
        return part(withFindings: false) { planned in planned.step.user.map(names.contains) ?? true }
    }

    /// Everything else, and the findings.
    var building: Self {
        let names = lockedNames
        return part(withFindings: true) { planned in
            planned.step.user.map { !names.contains($0) } ?? names.isEmpty
        }
    }

    private var lockedNames: Set<UserName> { names { if case .disable = $0 { true } else { false } } }
}
