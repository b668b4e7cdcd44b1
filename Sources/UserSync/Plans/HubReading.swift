import Identity
import JupyterHubClient

/// What the hub planner knows of JupyterHub.
struct HubReading: Sendable {
    private let desired: DesiredState
    /// By name.
    let users: [String: HubUser]

    /// How many tokens those hold who are disabled and in no group.
    let tokens: [String: Int]

    init(desired: DesiredState, users: [HubUser], tokens: [String: Int]) {
        self.tokens = tokens
        self.desired = desired
        self.users = Dictionary(users.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Whether what a step was to reach is so.
    func shows(_ step: HubPlanner.HubStep) -> Bool {
        switch step {
        case .stopServers(let name): return users[name]?.servers.isEmpty ?? true
        case .settle(let name):
            guard let person = (try? UserName(name)).flatMap({ desired.people[$0] }), person.isActive else {
                return users[name].map { !$0.admin && $0.groups.isEmpty && tokens[name, default: 0] == 0 } ?? true
            }
            return users[name].map { $0.admin == (person.role == .admin) && $0.groups == person.hubGroups } ?? false
        }
    }
}

extension DesiredPerson {
    /// The groups that they have in JupyterHub while they are active.
    var hubGroups: Set<String> { Set(Principal(name: name, role: role, email: nil).groups) }
}
