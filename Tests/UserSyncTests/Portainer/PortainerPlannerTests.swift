import Identity
import PortainerClient
import SyncReport
import TestSupport
import Testing

@testable import UserSync

@Suite("What is planned for Portainer")
struct PortainerPlannerTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private var goal: PortainerGoal {
        PortainerGoal(
            settings: PortainerSettings(
                oauth: PortainerOAuth(
                    authorizationURI: "",
                    accessTokenURI: "",
                    resourceURI: "",
                    redirectURI: "",
                    logoutURI: ""
                ),
                session: nil,
                snapshotInterval: nil,
                templatesURL: ""
            ),
            clientSecretFile: "/etc/hostname",
            ledgerFile: directory.path("uploads.json"),
            certificates: directory.root,
            templates: nil,
            environmentURL: "tcp://127.0.0.1:2376"
        )
    }

    private func reading(
        version: PortainerVersion = PortainerVersion(2, 43),
        users: [PortainerUser] = [],
        environments: [PortainerEnvironment] = [],
        groups: [PortainerGroup] = []
    ) -> PortainerReading {
        PortainerReading(
            status: PortainerStatus(version: version, instance: "one"),
            key: .works(leftovers: []),
            settings: goal.settings,
            users: [PortainerUser(id: 1, name: "admin", isAdmin: true)] + users,
            teams: [PortainerTeam(id: 1, name: "diycloud-users"), PortainerTeam(id: 2, name: "diycloud-admins")],
            memberships: users.enumerated().map { PortainerMembership(id: $0.offset, user: $0.element.id, team: 1) },
            environments: environments,
            groups: groups
        )
    }

    private func plans(
        _ desired: DesiredState,
        _ reading: PortainerReading,
        engine: String? = nil
    ) -> PortainerPlanner.Plans {
        var goal = goal
        goal.engineMinimumAPI = engine
        let files = PortainerFiles(goal, instance: "one", names: Array(desired.people.keys))
        return PortainerPlanner(desired: desired, reading: reading, files: files, goal: goal, scope: SyncScope())
            .plans()
    }

    private func people(_ names: String...) throws -> DesiredState {
        DesiredState(try names.map { DesiredPerson(name: try UserName($0)) })
    }

    @Test(
        "a Portainer that cannot speak to the engine is told of, a newer one is not",
        arguments: [
            ("2.23.0", "1.44", true), ("2.33.4", "1.44", true), ("2.33.5", "1.44", false), ("2.35.0", "1.44", true),
            ("2.36.0", "1.44", false), ("2.43.0", "1.44", false), ("2.23.0", "1.12", false), ("2.23.0", "1.24", false),
        ]
    )
    func engineVersions(version: String, engine: String, isTold: Bool) throws {
        let version = try #require(PortainerVersion(version))
        let plan = plans(try people(), reading(version: version), engine: engine).settle
        #expect(plan.findings.contains { $0.kind == "version-too-old" } == isTold)
    }

    @Test("nobody of the store becomes Portainer's first administrator, and that one is never touched")
    func firstAdministrator() throws {
        let plan = plans(try people("admin"), reading()).settle
        #expect(plan.findings.map(\.kind).contains("first-administrator"))
        #expect(!plan.steps.contains { $0.change.user == "admin" })
        let off = DesiredState([DesiredPerson(name: try UserName("admin"), isActive: false)])
        #expect(plans(off, reading()).switchOff.isEmpty)
    }

    @Test("accounts that differ only by letter case are told of")
    func letterCase() throws {
        let users = [
            PortainerUser(id: 4, name: "Bob", isAdmin: false), PortainerUser(id: 5, name: "bob", isAdmin: false),
        ]
        let told = plans(try people("bob"), reading(users: users)).settle.findings
        #expect(told.contains { $0.kind == "same-name" && $0.user == "bob" })
    }

    @Test("an environment of our name that is none of ours is left alone and told of")
    func foreign() throws {
        let local = PortainerEnvironment(
            id: 1,
            name: "diycloud-bob",
            url: "unix:///var/run/docker.sock",
            usesTLS: false,
            users: [7]
        )
        let agent = PortainerEnvironment(id: 2, name: "diycloud-eve", type: 2, url: "tcp://x:9001", users: [7])
        let plan = plans(try people("bob"), reading(environments: [local, agent]))
        #expect(plan.settle.findings.map(\.kind).contains("foreign-environment"))
        #expect(plan.switchOff.isEmpty)
    }

    @Test("a group that lets others into somebody's environment is told of")
    func openGroup() throws {
        let own = PortainerEnvironment(id: 1, name: "diycloud-bob", url: "tcp://127.0.0.1:2376")
        let open = PortainerGroup(id: 1, name: "Unassigned", users: [], teams: [3])
        let plan = plans(try people("bob"), reading(environments: [own], groups: [open])).settle
        #expect(plan.findings.map(\.kind).contains("open-group"))
        let empty = PortainerGroup(id: 2, name: "other", users: [], teams: [3])
        let quiet = plans(try people("bob"), reading(environments: [own], groups: [empty])).settle
        #expect(!quiet.findings.map(\.kind).contains("open-group"))
    }

    @Test("an environment left of somebody who is gone is closed, and nothing else of Portainer")
    func gone() throws {
        let left = PortainerEnvironment(id: 1, name: "diycloud-bob", url: "tcp://127.0.0.1:2376", users: [9])
        let odd = PortainerEnvironment(id: 2, name: "diycloud-Not A Name", url: "tcp://x:1", users: [9])
        let plan = plans(try people("eve"), reading(environments: [left, odd])).switchOff
        #expect(plan.steps.map(\.step) == [.revoke("bob")])
    }
}
