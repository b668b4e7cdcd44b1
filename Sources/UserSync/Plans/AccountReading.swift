import Identity
public import LinuxAccounts

/// What the account planner knows of the host.
public struct AccountReading: Sendable {
    public let host: HostSnapshot
    /// Whose business an account is; see `HostSnapshot.ownership`.
    public let ownership: @Sendable (_ name: String) -> Ownership?
    /// Whether the home of an account, `notebooks/` and `data/` are there.
    public let hasWholeHome: @Sendable (_ account: LinuxAccount) -> Bool
    /// Today, in days since 1970-01-01.
    public let today: Int64

    public init(
        host: HostSnapshot,
        today: Int64,
        ownership: @escaping @Sendable (_ name: String) -> Ownership?,
        hasWholeHome: @escaping @Sendable (_ account: LinuxAccount) -> Bool
    ) {
        self.host = host
        self.today = today
        self.ownership = ownership
        self.hasWholeHome = hasWholeHome
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

    private func account(_ name: UserName) -> LinuxAccount? { host.accounts[name.rawValue] }

    private func isMember(_ name: UserName, of group: String) -> Bool {
        host.groups[group]?.members.contains(name.rawValue) ?? false
    }
}
