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
        scope: SyncScope = SyncScope()
    ) -> AccountPlanner.Plan {
        let host = HostSnapshot(
            accounts: Dictionary(uniqueKeysWithValues: accounts.map { ($0.name, $0) }),
            groups: [
                settings.group: LinuxGroup(gid: 900, members: ours),
                settings.adminGroup: LinuxGroup(gid: 901, members: administrators),
            ]
        )
        let reading = AccountReading(
            host: host,
            today: 20_000,
            ownership: { name in
                guard let account = host.accounts[name] else { return nil }
                if account.uid < 1000 { return .foreign(reason: "its uid is the system's") }
                if ours.contains(name) { return .ours }
                return adoptable.contains(name) ? .adoptable(reasons: ["looks like it"]) : .foreign(reason: "it is not")
            },
            hasWholeHome: { _ in true }
        )
        return AccountPlanner(
            desired: DesiredState(people, refused: refused),
            reading: reading,
            settings: settings,
            scope: scope
        ).plan()
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
            (.lockedWithoutPassword, nil, ["enable-account"], []),
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
}
