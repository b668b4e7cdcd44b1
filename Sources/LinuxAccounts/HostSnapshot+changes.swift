import Identity

extension HostSnapshot {
    /// Whether a change is so.
    /// - Parameters:
    ///   - day: today, in days since 1970-01-01.
    ///   - others: changes of the same run; an account that is made and disabled in one run may be locked.
    func shows(
        _ change: AccountChange,
        settings: AccountSettings,
        on day: Int64,
        amid others: Set<AccountChange>
    ) -> Bool {
        switch change {
        case .createGroup(let group): return groups[group] != nil
        case .addToGroup(let name, let group): return groups[group]?.members.contains(name.rawValue) == true
        case .removeFromGroup(let name, let group): return groups[group]?.members.contains(name.rawValue) != true
        case .disable(let name): return accounts[name.rawValue]?.isSwitchedOff(on: day) == true
        case .enable(let name): return accounts[name.rawValue]?.isUsable(on: day) == true
        case .completeHome(let name):
            return accounts[name.rawValue].map { HomeDirectories(settings: settings).isComplete($0) } == true
        case .create(let name):
            guard let account = accounts[name.rawValue], isWhole(account, settings: settings, amid: others, name: name)
            else { return false }
            return HomeDirectories(settings: settings).isComplete(account)
        }
    }

    private func isWhole(
        _ account: LinuxAccount,
        settings: AccountSettings,
        amid others: Set<AccountChange>,
        name: UserName
    ) -> Bool {
        // Half an account, or one whose first password field never came.
        guard ownership(of: account.name, settings: settings) == .ours else { return false }
        return !account.password.isLockedForNothing || account.expires != nil || others.contains(.disable(name))
    }
}
