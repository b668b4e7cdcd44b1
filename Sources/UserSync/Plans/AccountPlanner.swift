public import Identity
public import LinuxAccounts
import SyncReport

/// What the Linux accounts of this host lack to be those of the user store.
///
/// Only members of ``LinuxAccounts/AccountSettings/group`` are ours; what looks like one of ours in every way is adopted, which is a
/// change of the plan like any other. Nothing else is touched, and no account and no home is ever removed.
public struct AccountPlanner: Sendable {
    public typealias Plan = AreaPlan<AccountChange>

    /// The day after which an account that we switch off has expired (`usermod -e 1`); another day was somebody else's wish.
    static let switchedOffDay: Int64 = 1

    private let desired: DesiredState
    private let reading: AccountReading
    private let settings: AccountSettings
    private let scope: SyncScope
    private let ours: Set<String>

    public init(desired: DesiredState, reading: AccountReading, settings: AccountSettings, scope: SyncScope) {
        self.desired = desired
        self.reading = reading
        self.settings = settings
        self.scope = scope
        self.ours = reading.host.groups[settings.group]?.members ?? []
    }

    /// The accounts that the plan makes or adopts.
    public static func joining(_ plan: Plan, group: String) -> Set<UserName> {
        Set(
            plan.steps.compactMap { planned in
                switch planned.step {
                case .create(let name): name
                case .addToGroup(let name, group): name
                default: nil
                }
            }
        )
    }

    public func plan() -> Plan {
        var plan = Plan()
        planGroups(into: &plan)
        for person in desired.people.values.filter({ scope.includes($0.name) }).sorted(by: { $0.name < $1.name }) {
            planPerson(person, into: &plan)
        }
        planVanished(into: &plan)
        reportRefused(into: &plan)
        if scope.names == nil { reportUnclaimed(into: &plan) }
        return plan
    }

    /// What takes access away: locks, and memberships that end. A part of ``plan()`` that looks at no home, so that no file
    /// system that hangs keeps anybody from being locked out.
    public func locking() -> Plan {
        var plan = Plan()
        for name in ours.compactMap({ try? UserName($0) }).sorted() where scope.includes(name) {
            guard let person = desired.people[name], !person.isActive,
                let account = reading.host.accounts[name.rawValue],
                reading.ownership(name.rawValue) == .ours
            else { continue }
            planRole(person, into: &plan)
            planSwitch(person, account, into: &plan)
        }
        planVanished(into: &plan)
        return plan.part(withFindings: false) { planned in
            switch planned.step {
            case .disable, .removeFromGroup: true
            case .createGroup, .create, .addToGroup, .enable, .completeHome: false
            }
        }
    }

    private func planGroups(into plan: inout Plan) {
        for group in [settings.group, settings.adminGroup] where reading.host.groups[group] == nil {
            let change = SyncChange(
                area: .accounts,
                kind: "create-group",
                user: nil,
                what: "create the group \(group)",
                why: group == settings.group
                    ? "it marks the accounts that are ours" : "the store's administrators are in it",
                subject: group
            )
            plan.add(.createGroup(group), change)
        }
    }

    // MARK: One person

    private func planPerson(_ person: DesiredPerson, into plan: inout Plan) {
        let name = person.name.rawValue
        guard let account = reading.host.accounts[name] else {
            if person.isActive {
                planNewAccount(person, because: "the store has \(name), this host does not", into: &plan)
            }
            return
        }
        switch reading.ownership(name) {
        case nil:
            planNewAccount(person, because: "an earlier run was stopped while it made the account", into: &plan)
            return person.isActive ? () : planSwitch(person, account, into: &plan)
        case .ours: break
        case .adoptable where !person.isActive:
            // Anybody can make notebooks/ and data/: an old row must not lock out somebody else of that name.
            let text =
                "\(name) is disabled in the store, and the account \(name) is not ours. It stays as it is, and usable."
            return plan.add(finding("disabled-not-ours", name, text, adoption(of: name)))
        case .adoptable(let reasons):
            plan.add(
                .addToGroup(person.name, settings.group),
                change("adopt-account", person.name, "adopt the account \(name)", reasons.joined(separator: ", "))
            )
        case .foreign(let reason):
            let text = "The account \(name) is not ours: \(reason)."
            return plan.add(finding("foreign-account", name, text, separation(of: name) ?? adoption(of: name)))
        }
        planRole(person, into: &plan)
        planSwitch(person, account, into: &plan)
        if person.isActive { planHome(person.name, account, into: &plan) }
    }

    private func planHome(_ name: UserName, _ account: LinuxAccount, into plan: inout Plan) {
        switch reading.home(account) {
        case .whole: break
        case .missing, .incomplete:
            plan.add(
                .completeHome(name),
                change("complete-home", name, "complete \(account.home)", "the home, notebooks/ or data/ is missing")
            )
        case .obstructed(let reason):
            plan.add(
                finding(
                    "home-not-complete",
                    name.rawValue,
                    "\(reason.prefix(1).uppercased())\(reason.dropFirst()).",
                    nil
                )
            )
        }
    }

    private func planNewAccount(_ person: DesiredPerson, because reason: String, into plan: inout Plan) {
        let name = person.name
        plan.add(.create(name), change("create-account", name, "create the account \(name)", reason))
        if person.role == .admin { addAdministrator(name, into: &plan) }
    }

    private func addAdministrator(_ name: UserName, into plan: inout Plan) {
        plan.add(
            .addToGroup(name, settings.adminGroup),
            change(
                "add-to-group",
                name,
                "add \(name) to \(settings.adminGroup)",
                "\(name) is an administrator in the store",
                subject: settings.adminGroup
            )
        )
    }

    private func planRole(_ person: DesiredPerson, into plan: inout Plan) {
        let name = person.name
        let isAdministrator = reading.host.groups[settings.adminGroup]?.members.contains(name.rawValue) ?? false
        switch (person.role, isAdministrator) {
        case (.admin, false): addAdministrator(name, into: &plan)
        case (.user, true):
            plan.add(
                .removeFromGroup(name, settings.adminGroup),
                change(
                    "remove-from-group",
                    name,
                    "take \(name) out of \(settings.adminGroup)",
                    "\(name) is no administrator in the store",
                    subject: settings.adminGroup
                )
            )
        case (.admin, true), (.user, false): break
        }
    }

    private func planSwitch(_ person: DesiredPerson, _ account: LinuxAccount, into plan: inout Plan) {
        let name = person.name
        guard person.isActive else {
            if !account.isSwitchedOff(on: reading.today) {
                planLock(name, account, because: "\(name) is disabled in the store", into: &plan)
            }
            return
        }
        let isOurLock = account.expires == Self.switchedOffDay
        if isOurLock || account.password.isLocked && reading.isUnfinished(account) {
            plan.add(
                .enable(name),
                change("enable-account", name, "unlock the account \(name)", "\(name) is active in the store")
            )
        } else if account.password.isLocked || account.isExpired(on: reading.today) {
            plan.add(
                finding(
                    "account-shut",
                    name.rawValue,
                    "\(name) is active in the store, but the account was locked or has expired, and not by us.",
                    "usermod --unlock --expiredate '' \(name)"
                )
            )
        }
    }

    // MARK: Those without a row

    /// Accounts of ours whose row is gone are switched off, not removed. Whether they are too many at once is ``MassGuard``'s.
    private func planVanished(into plan: inout Plan) {
        let accounts = ours.compactMap { reading.host.accounts[$0] }
        let gone = accounts.compactMap { account -> UserName? in
            guard let name = try? UserName(account.name), scope.includes(name), desired.people[name] == nil,
                desired.refused[account.name] == nil, !account.isSwitchedOff(on: reading.today)
            else { return nil }
            return name
        }.sorted()
        var toLock: [UserName] = []
        for name in gone {
            switch reading.ownership(name.rawValue) {
            case .ours, nil: toLock.append(name)
            case .foreign(let reason):
                plan.add(
                    finding(
                        "system-account-in-group",
                        name.rawValue,
                        "\(name) is in \(settings.group), but is none of the platform's: \(reason). It is left as it is.",
                        separation(of: name.rawValue) ?? "gpasswd --delete \(name) \(settings.group)"
                    )
                )
            case .adoptable: break
            }
        }
        for name in toLock {
            guard let account = reading.host.accounts[name.rawValue] else { continue }
            planLock(name, account, because: "\(name) is gone from the store", into: &plan)
        }
    }

    /// A row of the store locks out nobody who administers the host: that would end the way to put it right.
    private func planLock(_ name: UserName, _ account: LinuxAccount, because reason: String, into plan: inout Plan) {
        let power = reading.administration(of: name.rawValue, unless: scope)
        guard power.isEmpty else {
            let text =
                "\(reason), but \(name) administers this host (\(power.joined(separator: ", "))). The account was not "
                + "locked, and nothing of it was stopped."
            let remedy =
                "Lock it by hand, usermod -L -e 1 \(name), or say that it is meant: diycloud-bridge sync-users "
                + "--allow-lock-administrator --user \(name)"
            return plan.add(finding("administrator-not-locked", name.rawValue, text, remedy))
        }
        // Unlocking knows no earlier date; the audit log then is where it can be read.
        let date = account.expires.flatMap { $0 == Self.switchedOffDay ? nil : Day.text($0) }
        let why = date.map { "\(reason); it was to expire on \($0)" } ?? reason
        plan.add(.disable(name), change("disable-account", name, "lock and expire the account \(name)", why))
    }

    private func reportRefused(into plan: inout Plan) {
        for (name, reason) in desired.refused.sorted(by: { $0.key < $1.key }) {
            if let names = scope.names, !names.contains(where: { $0.rawValue == name }) { continue }
            plan.add(
                finding(
                    "refused-row",
                    name,
                    "The row `\(name)` of the store is not reconciled: \(reason.rawValue).",
                    "diycloud-bridge findings says more; rename or delete the row."
                )
            )
        }
    }

    /// Accounts that the old platform made although it lost their row (F-16).
    private func reportUnclaimed(into plan: inout Plan) {
        let strangers = reading.host.accounts.values.filter { account in
            account.uid >= settings.minimumUID && !ours.contains(account.name) && desired.refused[account.name] == nil
                && (try? UserName(account.name)).map { desired.people[$0] == nil } ?? false
        }
        for account in strangers.sorted(by: { $0.name < $1.name }) {
            guard case .adoptable = reading.ownership(account.name) else { continue }
            plan.add(
                finding(
                    "unclaimed",
                    account.name,
                    "The account \(account.name) looks like one of the platform's, but the store has no such person.",
                    "To keep them: diycloud-bridge user add \(account.name). Else leave or remove the account by hand."
                )
            )
        }
    }

    // MARK: Words

    /// The way out for an account that has its uid together with others.
    private func separation(of name: String) -> String? {
        guard let account = reading.host.accounts[name], !reading.host.namesSharing(uidOf: account).isEmpty else {
            return nil
        }
        return
            "Give each account a uid of its own: usermod --uid NUMBER \(name), and chown what lies outside of the home."
    }

    private func adoption(of name: String) -> String {
        "If it is this person's: diycloud-bridge user adopt \(name). Else rename the person in the store."
    }

    private func change(
        _ kind: String,
        _ name: UserName,
        _ what: String,
        _ why: String,
        subject: String? = nil
    ) -> SyncChange {
        SyncChange(area: .accounts, kind: kind, user: name.rawValue, what: what, why: why, subject: subject)
    }

    private func finding(_ kind: String, _ user: String?, _ text: String, _ remedy: String?) -> SyncFinding {
        SyncFinding(area: .accounts, user: user, kind: kind, text: text, remedy: remedy)
    }
}
