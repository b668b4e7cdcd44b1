import Identity
import LinuxAccounts
import Testing
import UserSync

@Suite("The plan of accounts")
struct AccountPlannerTests {
    private let settings = AccountSettings()

    private func plan(
        _ people: [DesiredPerson],
        _ accounts: [LinuxAccount] = [],
        ours: Set<String> = [],
        administrators: Set<String> = [],
        adoptable: Set<String> = [],
        refused: [String: FindingKind] = [:],
        groups: [String: LinuxGroup] = [:],
        homes: [String: HomeStanding] = [:],
        made: Set<String> = [],
        scope: SyncScope = SyncScope()
    ) -> AccountPlanner.Plan {
        let reading = reading(
            accounts,
            ours: ours,
            administrators: administrators,
            adoptable: adoptable,
            groups: groups,
            homes: homes,
            made: made
        )
        return AccountPlanner(
            desired: DesiredState(people, refused: refused),
            reading: reading,
            settings: settings,
            scope: scope
        ).plan()
    }

    private func reading(
        _ accounts: [LinuxAccount],
        ours: Set<String>,
        administrators: Set<String> = [],
        adoptable: Set<String> = [],
        groups: [String: LinuxGroup] = [:],
        homes: [String: HomeStanding] = [:],
        made: Set<String> = []
    ) -> AccountReading {
        let platform = [
            settings.group: LinuxGroup(gid: 900, members: ours),
            settings.adminGroup: LinuxGroup(gid: 901, members: administrators),
        ]
        let host = HostSnapshot(
            accounts: Dictionary(uniqueKeysWithValues: accounts.map { ($0.name, $0) }),
            groups: platform.merging(groups) { $1 },
            made: made
        )
        return AccountReading(
            host: host,
            today: 20_000,
            ownership: { name in
                guard let account = host.accounts[name] else { return nil }
                if account.uid < 1000 { return .foreign(reason: "its uid is the system's") }
                if !host.namesSharing(uidOf: account).isEmpty { return .foreign(reason: "it shares its uid") }
                if ours.contains(name) { return .ours }
                return adoptable.contains(name) ? .adoptable(reasons: ["looks like it"]) : .foreign(reason: "it is not")
            },
            home: { homes[$0.name] ?? .whole }
        )
    }

    private func person(_ name: String, active: Bool = true, role: Role = .user) throws -> DesiredPerson {
        DesiredPerson(name: try UserName(name), isActive: active, role: role)
    }

    private func account(
        _ name: String,
        uid: UInt32 = 1001,
        _ password: PasswordState = .set,
        expires: Int64? = nil
    ) -> LinuxAccount {
        LinuxAccount(
            name: name,
            uid: uid,
            gid: uid,
            home: "/home/\(name)",
            shell: "/bin/bash",
            password: password,
            expires: expires
        )
    }

    private func kinds(_ plan: AccountPlanner.Plan) -> [String] { plan.steps.map(\.change.kind) }

    @Test("somebody new gets an account, an administrator the group, a disabled person nothing")
    func new() throws {
        let plan = plan([try person("ada", role: .admin), try person("bob"), try person("eve", active: false)])
        #expect(kinds(plan) == ["create-account", "add-to-group", "create-account"])
        #expect(plan.findings.isEmpty)
    }

    @Test("a role that changed moves the group, in both directions")
    func role() throws {
        let up = plan([try person("ada", role: .admin)], [account("ada")], ours: ["ada"])
        #expect(up.steps.map(\.step) == [.addToGroup(try UserName("ada"), settings.adminGroup)])
        let down = plan([try person("ada")], [account("ada")], ours: ["ada"], administrators: ["ada"])
        #expect(down.steps.map(\.step) == [.removeFromGroup(try UserName("ada"), settings.adminGroup)])
    }

    @Test(
        "only what we shut ourselves is opened again",
        arguments: [
            (PasswordState.locked, Int64?(1), ["enable-account"], [String]()),
            (.set, 1, ["enable-account"], []),
            (.lockedUnusable, 1, ["enable-account"], []),
            (.lockedWithoutPassword, nil, [], ["account-shut"]),
            (.lockedUnusable, nil, [], ["account-shut"]),
            (.locked, nil, [], ["account-shut"]),
            (.set, 15_000, [], ["account-shut"]),
            (.lockedWithoutPassword, 15_000, [], ["account-shut"]),
            (.set, 30_000, [], []),
            (.unusable, nil, [], []),
        ]
    )
    func enable(password: PasswordState, expires: Int64?, changes: [String], findings: [String]) throws {
        let plan = plan([try person("ada")], [account("ada", password, expires: expires)], ours: ["ada"])
        #expect(kinds(plan) == changes)
        #expect(plan.findings.map(\.kind) == findings)
    }

    @Test(
        "an account that a killed run left locked is finished; one that an administrator locked stays so",
        arguments: [
            (PasswordState.lockedUnusable, HomeStanding.missing, ["enable-account", "complete-home"]),
            (.lockedUnusable, .whole, []), (.lockedWithoutPassword, .whole, ["enable-account"]), (.locked, .whole, []),
        ]
    )
    func unfinished(password: PasswordState, home: HomeStanding, changes: [String]) throws {
        let plan = plan(
            [try person("ada")],
            [account("ada", password)],
            ours: ["ada"],
            homes: ["ada": home],
            made: ["ada"]
        )
        #expect(kinds(plan) == changes)
        #expect(plan.findings.map(\.kind) == (changes.isEmpty ? ["account-shut"] : []))
    }

    @Test("an account of the same name that is not ours is told of, with the way out")
    func foreign() throws {
        let plan = plan([try person("ada")], [account("ada")])
        #expect(plan.steps.isEmpty)
        #expect(plan.findings.map(\.kind) == ["foreign-account"])
        #expect(plan.findings.first?.remedy?.contains("diycloud-bridge user adopt ada") == true)
    }

    @Test("an account of the system in our group is neither adopted nor locked")
    func systemAccount() throws {
        let plan = plan([], [account("backup", uid: 34)], ours: ["backup"])
        #expect(plan.steps.isEmpty)
        #expect(plan.findings.map(\.kind) == ["system-account-in-group"])
    }

    @Test("what looks like the old platform's is adopted when the store has it, and told of when it has not")
    func adoptable() throws {
        let with = plan([try person("ada")], [account("ada")], adoptable: ["ada"])
        #expect(kinds(with) == ["adopt-account"])
        let without = plan([], [account("ada")], adoptable: ["ada"])
        #expect(without.steps.isEmpty)
        #expect(without.findings.map(\.kind) == ["unclaimed"])
    }

    @Test("a row that nobody can sign in with is told of, and its account is left as it is")
    func refused() throws {
        let plan = plan([], [account("ada")], ours: ["ada"], refused: ["ada": .ambiguousName])
        #expect(plan.steps.isEmpty)
        #expect(plan.findings.map(\.kind) == ["refused-row"])
    }

    @Test("who administers the host is neither locked nor stopped because of a row, unless it is meant")
    func administrator() throws {
        let groups = ["sudo": LinuxGroup(gid: 27, members: ["ada", "bob"])]
        let people = [try person("ada", active: false)]
        let accounts = [account("ada"), account("bob", uid: 1002)]
        for (meant, changes) in [(false, [String]()), (true, ["disable-account", "disable-account"])] {
            let scope = SyncScope(allowsLockAdministrator: meant)
            let plan = plan(people, accounts, ours: ["ada", "bob"], groups: groups, scope: scope)
            #expect(kinds(plan) == changes)
            #expect(
                plan.findings.map(\.kind) == (meant ? [] : ["administrator-not-locked", "administrator-not-locked"])
            )
            #expect(plan.findings.allSatisfy { $0.text.contains("is a member of the group sudo") })
            let stopped = StopPlanner.candidates(
                desired: DesiredState(people),
                reading: reading(accounts, ours: ["ada", "bob"], groups: groups),
                settings: settings,
                scope: scope,
                locking: [try UserName("bob")]
            )
            #expect(stopped.map(\.name) == (meant ? ["ada", "bob"] : []))
        }
    }

    @Test("a group that gives power, but administers nothing, keeps nobody from being locked")
    func docker() throws {
        let plan = plan(
            [try person("ada", active: false)],
            [account("ada")],
            ours: ["ada"],
            groups: ["docker": LinuxGroup(gid: 998, members: ["ada"])]
        )
        #expect(kinds(plan) == ["disable-account"])
    }

    @Test("of two accounts with one uid neither is locked, stopped nor limited, and the way out is told")
    func sharedUID() throws {
        let accounts = [account("ada"), account("bob"), account("eve", uid: 1002), account("fay", uid: 1002)]
        let people = [try person("ada", active: false), try person("bob")]
        let ours: Set<String> = ["ada", "bob", "eve"]
        let plan = plan(people, accounts, ours: ours)
        #expect(plan.steps.isEmpty)
        #expect(plan.findings.map(\.user) == ["ada", "bob", "eve"])
        #expect(plan.findings.allSatisfy { $0.remedy?.contains("usermod --uid") == true })
        let reading = reading(accounts, ours: ours)
        let desired = DesiredState(people)
        let stopped = StopPlanner.candidates(
            desired: desired,
            reading: reading,
            settings: settings,
            scope: SyncScope(),
            locking: []
        )
        #expect(stopped.isEmpty)
        #expect(Membership(desired: desired, reading: reading, scope: SyncScope()).members.isEmpty)
    }

    @Test("a home that lacks something is completed; one that cannot be is told of, and nothing is tried every run")
    func homes() throws {
        let plan = plan(
            [try person("ada"), try person("bob"), try person("eve")],
            [account("ada"), account("bob", uid: 1002), account("eve", uid: 1003)],
            ours: ["ada", "bob", "eve"],
            homes: ["ada": .incomplete, "bob": .missing, "eve": .obstructed(reason: "the home is hidden")]
        )
        #expect(plan.steps.map(\.step) == [.completeHome(try UserName("ada")), .completeHome(try UserName("bob"))])
        #expect(plan.findings.map(\.kind) == ["home-not-complete"])
    }

    @Test("a disabled row adopts and locks nobody by looks")
    func disabledLookAlike() throws {
        let plan = plan([try person("ada", active: false)], [account("ada")], adoptable: ["ada"])
        #expect(plan.steps.isEmpty)
        #expect(plan.findings.map(\.kind) == ["disabled-not-ours"])
        #expect(plan.findings.first?.remedy?.contains("user adopt ada") == true)
    }

    @Test("the date of expiry that a lock replaces is in the change, and so in the audit log")
    func formerExpiry() throws {
        for (expires, words) in [(Int64(21_945), "; it was to expire on 2030-01-31"), (1, ""), (nil, "")] {
            let plan = plan([try person("ada", active: false)], [account("ada", expires: expires)], ours: ["ada"])
            #expect(plan.steps.map(\.change.why) == ["ada is disabled in the store" + words])
        }
    }

    @Test("who is locked is known without a look at any home")
    func lockingWithoutHomes() throws {
        let host = reading(
            [account("ada"), account("bob", uid: 1002), account("gone", uid: 1003), account("alike", uid: 1004)],
            ours: ["ada", "bob", "gone"],
            administrators: ["ada"]
        )
        let reading = AccountReading(
            host: host.host,
            today: host.today,
            ownership: { name in
                if name == "alike" { Issue.record("the home of alike decides whose it is") }
                return host.ownership(name)
            },
            home: { account in
                Issue.record("the home of \(account.name) was looked at")
                return .whole
            }
        )
        let people = [
            try person("ada", active: false), try person("bob"), try person("alike", active: false), try person("new"),
        ]
        let planner = AccountPlanner(
            desired: DesiredState(people),
            reading: reading,
            settings: settings,
            scope: SyncScope()
        )
        let (ada, gone) = (try UserName("ada"), try UserName("gone"))
        #expect(
            planner.locking().steps.map(\.step) == [
                .removeFromGroup(ada, settings.adminGroup), .disable(ada), .disable(gone),
            ]
        )
    }
}
