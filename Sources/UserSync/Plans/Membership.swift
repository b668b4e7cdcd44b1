public import Identity
public import LinuxAccounts

/// Who of the user store has an account of ours, or will have one: those whose limits and quotas are our business.
public struct Membership: Sendable, Equatable {
    public struct Member: Sendable, Equatable {
        public let person: DesiredPerson
        /// `nil` for an account that the plan only is to make.
        public let account: LinuxAccount?
    }

    /// In the order of the names.
    public let members: [Member]
    /// How many people of the store have no account of ours and will get none.
    public let others: Int

    /// - Parameter planned: the accounts that are to be made or adopted before this counts.
    public init(
        desired: DesiredState,
        reading: AccountReading,
        scope: SyncScope,
        planned: Set<UserName> = []
    ) {
        var members: [Member] = []
        var others = 0
        for person in desired.people.values where scope.includes(person.name) {
            let account = reading.host.accounts[person.name.rawValue]
            if planned.contains(person.name) || reading.ownership(person.name.rawValue) == .ours {
                members.append(Member(person: person, account: account))
            } else if person.isActive {
                others += 1
            }
        }
        self.members = members.sorted { $0.person.name < $1.person.name }
        self.others = others
    }
}
