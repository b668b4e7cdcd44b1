import Identity
import LinuxAccounts

extension AreaPlan<AccountChange> {
    /// Without what was planned before, such as the locks that are in place by then.
    func without(_ earlier: Self) -> Self {
        let done = Set(earlier.steps.map(\.step))
        return part(withFindings: true) { !done.contains($0.step) }
    }

    /// Without all that concerns some people.
    func sparing(_ names: Set<UserName>) -> Self {
        part(withFindings: true) { planned in planned.step.user.map { !names.contains($0) } ?? true }
    }

    /// Everybody whom the plan locks.
    var locked: Set<UserName> {
        Set(steps.compactMap { planned in if case .disable(let name) = planned.step { name } else { nil } })
    }
}
