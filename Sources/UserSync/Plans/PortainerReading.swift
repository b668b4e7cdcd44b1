import Identity
import PortainerClient

/// What the Portainer planner knows, from one look.
struct PortainerReading: Sendable {
    let status: PortainerStatus
    var key: KeyStanding
    var settings: PortainerSettings
    var users: [PortainerUser]
    var teams: [PortainerTeam]
    var memberships: [PortainerMembership]
    var environments: [PortainerEnvironment]
    var groups: [PortainerGroup] = []
    var templates: [PortainerTemplate] = []
    /// The compose files of templates that bear the title of one of ours, by id.
    var contents: [Int: String] = [:]

    /// Everybody is in the first, administrators in both.
    static let everybody = "diycloud-users"
    static let administrators = "diycloud-admins"
    static let teamNames = [everybody, administrators]

    static func teams(of person: DesiredPerson) -> [String] { person.role == .admin ? teamNames : [everybody] }

    /// What the environment of a person is called.
    static func environmentName(_ name: String) -> String { "diycloud-\(name)" }

    /// Whose environment it is; `nil` for one that is none of ours, by its name or by what it is.
    static func owner(of environment: PortainerEnvironment) -> UserName? {
        guard environment.name.hasPrefix("diycloud-"), environment.type == PortainerEnvironment.docker,
            environment.usesTLS
        else { return nil }
        return try? UserName(String(environment.name.dropFirst("diycloud-".count)))
    }

    /// The account by that name, in any letter case as Portainer looks it up.
    func user(_ name: String) -> PortainerUser? { users.first { $0.name.lowercased() == name } }

    func team(_ name: String) -> PortainerTeam? { teams.first { $0.name.lowercased() == name } }

    /// The environment by the person's name, whether ours or not.
    func environment(_ name: String) -> PortainerEnvironment? {
        environments.first { $0.name == Self.environmentName(name) }
    }

    /// The memberships of an account in our teams.
    func memberships(of user: PortainerUser) -> [PortainerMembership] {
        let ours = Set(Self.teamNames.compactMap { team($0)?.id })
        return memberships.filter { $0.user == user.id && ours.contains($0.team) }
    }
}

// MARK: - What is lacking

extension PortainerReading {
    /// What an active person's account lacks.
    struct UserLacks: Sendable, Equatable {
        var isMissing = false
        /// The role to be set; `nil` when it is right.
        var role: Role?
        var joins: [String] = []
        var leaves: [PortainerMembership] = []

        var isEmpty: Bool { self == UserLacks() }
    }

    func lacks(of person: DesiredPerson) -> UserLacks {
        let wanted = Self.teams(of: person)
        guard let user = user(person.name.rawValue) else { return UserLacks(isMissing: true, joins: wanted) }
        let held = memberships(of: user)
        let wantedIDs = wanted.map { team($0)?.id }
        return UserLacks(
            role: user.isAdmin == (person.role == .admin) ? nil : person.role,
            joins: zip(wanted, wantedIDs).filter { _, id in !held.contains { $0.team == id } }.map(\.0),
            leaves: held.filter { !wantedIDs.contains($0.team) }
        )
    }

    /// What an active person's environment lacks.
    struct EnvironmentLacks: Sendable, Equatable {
        var isMissing = false
        var address = false
        var switches: [EnvironmentSwitch: Bool] = [:]
        var access = false

        var isEmpty: Bool { self == EnvironmentLacks() }
    }

    /// - Parameter name: of an active person.
    func environmentLacks(of name: String, goal: PortainerGoal) -> EnvironmentLacks {
        guard let environment = environment(name) else { return EnvironmentLacks(isMissing: true) }
        return EnvironmentLacks(
            address: environment.url != goal.environmentURL || environment.skipsVerification
                || goal.publicHost.map { $0 != environment.publicHost } ?? false,
            // A switch that this version does not know is not sent.
            switches: goal.switches.filter { name, value in environment.switches[name].map { $0 != value } ?? false },
            access: environment.users != Set([user(name)?.id].compactMap { $0 }) || !environment.teams.isEmpty
        )
    }

    /// What somebody still holds who may hold nothing.
    struct Holdings: Sendable, Equatable {
        var isAdmin = false
        var memberships: [PortainerMembership] = []
        /// Their environment, when anybody may enter it.
        var environment: Int?

        var isEmpty: Bool { self == Holdings() }
    }

    func holdings(of name: UserName) -> Holdings {
        var holdings = Holdings()
        // The first administrator is nobody of ours, whatever the store calls its people.
        if let user = user(name.rawValue), user.id != PortainerUser.firstAdministrator {
            holdings.isAdmin = user.isAdmin
            holdings.memberships = memberships(of: user)
        }
        if let environment = environment(name.rawValue), Self.owner(of: environment) == name,
            !environment.users.isEmpty || !environment.teams.isEmpty
        {
            holdings.environment = environment.id
        }
        return holdings
    }

    enum TemplateLack: Sendable, Equatable {
        case missing
        case differs(id: Int)
        case hidden(id: Int, control: Int?)
    }

    func lack(of draft: TemplateDraft) -> TemplateLack? {
        guard let template = templates.first(where: { $0.title == draft.title }) else { return .missing }
        if template.text != draft.text
            || contents[template.id].map({ $0.trimmedEnd != draft.content.trimmedEnd }) ?? true
        {
            return .differs(id: template.id)
        }
        return template.isPublic ? nil : .hidden(id: template.id, control: template.control)
    }
}

extension String {
    fileprivate var trimmedEnd: Substring {
        var rest = self[...]
        while rest.last?.isNewline == true { rest.removeLast() }
        return rest
    }
}
