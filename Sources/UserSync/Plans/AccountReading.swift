import Identity
public import LinuxAccounts

/// What the account planner knows of the host.
public struct AccountReading: Sendable {
    public let host: HostSnapshot
    /// Whose business an account is; see `HostSnapshot.ownership`.
    public let ownership: @Sendable (_ name: String) -> Ownership?
    /// Whether the home of an account, `notebooks/` and `data/` are there.
    public let home: @Sendable (_ account: LinuxAccount) -> HomeStanding
    /// Today, in days since 1970-01-01.
    public let today: Int64

    public init(
        host: HostSnapshot,
        today: Int64,
        ownership: @escaping @Sendable (_ name: String) -> Ownership?,
        home: @escaping @Sendable (_ account: LinuxAccount) -> HomeStanding
    ) {
        self.host = host
        self.today = today
        self.ownership = ownership
        self.home = home
    }

    /// Why an account is not to be locked or stopped by a run of that scope: it administers the host.
    func administration(of name: String, unless scope: SyncScope) -> [String] {
        scope.allowsLockAdministrator ? [] : host.administration(of: name)
    }

    /// Whether an account of ours is locked only because an earlier run was stopped while it made the account.
    func isUnfinished(_ account: LinuxAccount) -> Bool {
        host.isUnfinished(account, hasHome: home(account) != .missing)
    }
}

extension AccountReading {
    /// Whether what a change was to reach is so.
    func shows(_ change: AccountChange) -> Bool {
        switch change {
        case .createGroup(let group): host.groups[group] != nil
        case .addToGroup(let name, let group): isMember(name, of: group)
        case .removeFromGroup(let name, let group): !isMember(name, of: group)
        case .create(let name): ownership(name.rawValue) == .ours && account(name).map(hasWholeHome) ?? false
        case .disable(let name): account(name)?.isSwitchedOff(on: today) ?? false
        case .enable(let name): account(name)?.isUsable(on: today) ?? false
        case .completeHome(let name): account(name).map(hasWholeHome) ?? false
        }
    }

    private func hasWholeHome(_ account: LinuxAccount) -> Bool { home(account) == .whole }

    private func account(_ name: UserName) -> LinuxAccount? { host.accounts[name.rawValue] }

    private func isMember(_ name: UserName, of group: String) -> Bool {
        host.groups[group]?.members.contains(name.rawValue) ?? false
    }
}
