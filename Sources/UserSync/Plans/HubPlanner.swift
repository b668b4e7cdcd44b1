import Foundation
import Identity
public import JupyterHubClient
import SyncReport

/// What JupyterHub lacks to be in line with the user store.
///
/// The hub asks the bridge itself for each person's values (``JupyterHubClient/JupyterHubClient/settle(_:progress:)``); this
/// planner only finds out whom it should ask about.
public enum HubPlanner {
    /// Whom JupyterHub should ask the bridge about, and stop.
    public struct Plans: Sendable, Equatable {
        /// People who are switched off or gone: they lose servers, tokens, groups and role. First of all in a run.
        public var switchOff = AreaPlan<HubStep>()
        /// Everybody else. Last in a run.
        public var settle = AreaPlan<HubStep>()
    }

    public enum HubStep: Sendable, Hashable {
        /// Asks the bridge for the person's groups and role.
        case settle(String)
        /// Ends their notebook servers.
        case stopServers(String)
    }

    /// - Parameters:
    ///   - users: everybody whom the hub knows (within the scope).
    ///   - tokens: how many tokens those of ``holders(desired:users:scope:)`` hold.
    ///   - group: the group of everybody in the store; whom the hub has in it without a row was once one of ours.
    ///   - stopsServers: `sync.stop_disabled`.
    public static func plans(
        desired: DesiredState,
        users: [HubUser],
        tokens: [String: Int] = [:],
        scope: SyncScope,
        stopsServers: Bool
    ) -> Plans {
        var plans = Plans()
        let known = Dictionary(users.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        for person in desired.people.values.filter({ scope.includes($0.name) }).sorted(by: { $0.name < $1.name }) {
            let user = known[person.name.rawValue]
            if person.isActive {
                settle(person, user, into: &plans.settle)
            } else if let user {
                let held = tokens[user.name, default: 0]
                switchOff(user, because: "is disabled in the store", stopsServers, tokens: held, into: &plans.switchOff)
            }
        }
        for user in users.sorted(by: { $0.name < $1.name }) {
            guard let name = try? UserName(user.name), scope.includes(name), desired.people[name] == nil,
                !user.groups.isDisjoint(with: platformGroups)
            else { continue }
            switchOff(user, because: "is gone from the store", stopsServers, into: &plans.switchOff)
        }
        return plans
    }

    /// The people who are disabled and by whose groups one cannot see whether they hold tokens: the hub has to be asked.
    static func holders(desired: DesiredState, users: [HubUser], scope: SyncScope) -> [String] {
        users.filter { user in
            guard !user.admin, user.groups.isEmpty, let name = try? UserName(user.name), scope.includes(name) else {
                return false
            }
            return desired.people[name].map { !$0.isActive } ?? false
        }.map(\.name)
    }

    static let platformGroups = Set(
        (try? UserName("a")).map { DesiredPerson(name: $0, role: .admin).hubGroups } ?? []
    )

    private static func settle(_ person: DesiredPerson, _ user: HubUser?, into plan: inout AreaPlan<HubStep>) {
        let name = person.name.rawValue
        guard let user else {
            return plan.add(
                .settle(name),
                change("add-user", name, "add \(name) to JupyterHub", "the store has \(name), JupyterHub does not")
            )
        }
        let groups = person.hubGroups
        var parts: [String] = []
        if user.admin != (person.role == .admin) {
            let isNew = person.role == .admin
            parts.append(isNew ? "make \(name) an administrator" : "take the administrator role from \(name)")
        }
        if user.groups != groups {
            parts.append("set the groups of \(name) to \(groups.sorted().joined(separator: ", "))")
        }
        guard !parts.isEmpty else { return }
        plan.add(
            .settle(name),
            change("settle-user", name, parts.joined(separator: "; "), "the store says \(person.role.rawValue)")
        )
    }

    private static func switchOff(
        _ user: HubUser,
        because reason: String,
        _ stopsServers: Bool,
        tokens: Int = 0,
        into plan: inout AreaPlan<HubStep>
    ) {
        if stopsServers, !user.servers.isEmpty {
            let count = user.servers.count == 1 ? "the notebook server" : "\(user.servers.count) notebook servers"
            plan.add(
                .stopServers(user.name),
                change("stop-servers", user.name, "stop \(count) of \(user.name)", "\(user.name) \(reason)")
            )
        }
        // Settling takes tokens and groups away together; whoever has neither group nor role may still hold tokens.
        if user.admin || !user.groups.isEmpty || tokens > 0 {
            plan.add(
                .settle(user.name),
                change("revoke", user.name, "take tokens, groups and role from \(user.name)", "\(user.name) \(reason)")
            )
        }
    }

    private static func change(_ kind: String, _ user: String, _ what: String, _ why: String) -> SyncChange {
        SyncChange(area: .jupyterhub, kind: kind, user: user, what: what, why: why)
    }
}

extension AreaPlan<HubPlanner.HubStep> {
    func without(_ names: Set<UserName>) -> Self {
        guard !names.isEmpty else { return self }
        let names = Set(names.map(\.rawValue))
        return part(withFindings: true) { planned in planned.change.user.map { !names.contains($0) } ?? true }
    }
}
