import Identity
import PortainerClient
import SyncReport

/// What Portainer lacks to be in line with the user store.
struct PortainerPlanner: Sendable {
    let desired: DesiredState
    let reading: PortainerReading
    let files: PortainerFiles
    let goal: PortainerGoal
    let scope: SyncScope

    struct Plans: Sendable {
        /// People who are switched off or gone. Among the first in a run.
        var switchOff = AreaPlan<PortainerStep>()
        /// Everything else. Last in a run.
        var settle = AreaPlan<PortainerStep>()
    }

    func plans() -> Plans { Plans(switchOff: switchOff(), settle: settle()) }

    // MARK: Those who may not

    private func switchOff() -> AreaPlan<PortainerStep> {
        var plan = AreaPlan<PortainerStep>()
        for name in known().sorted() where scope.includes(name) && desired.people[name]?.isActive != true {
            guard !reading.holdings(of: name).isEmpty else { continue }
            let reason =
                desired.people[name] != nil
                ? "is disabled in the store"
                : desired.refused[name.rawValue] != nil
                    ? "has a row in the store that nobody can sign in with" : "is gone from the store"
            plan.add(
                .revoke(name.rawValue),
                change("revoke", name.rawValue, "take access, role and sign-ins from \(name)", "\(name) \(reason)")
            )
        }
        return plan
    }

    /// Everybody whom Portainer or the store knows as ours: by their row, by our teams, by our environments.
    private func known() -> Set<UserName> {
        let members = reading.users.filter { !reading.memberships(of: $0).isEmpty }
            .compactMap { try? UserName($0.name.lowercased()) }
        return Set(desired.people.keys).union(members).union(
            reading.environments.compactMap(PortainerReading.owner)
        )
    }

    // MARK: Those who may

    private func settle() -> AreaPlan<PortainerStep> {
        var plan = AreaPlan<PortainerStep>()
        planKey(into: &plan)
        for finding in versionFindings() { plan.add(finding) }
        guard let secret = files.clientSecret else {
            plan.add(noSecret)
            return plan
        }
        planSettings(secret, into: &plan)
        for team in PortainerReading.teamNames where reading.team(team) == nil {
            plan.add(.team(team), change("create-team", nil, "create the team \(team)", "people are in it", team))
        }
        let people = desired.people.values.filter { $0.isActive && scope.includes($0.name) }
            .sorted { $0.name < $1.name }.filter { person in
                guard let finding = objection(to: person) else { return true }
                plan.add(finding)
                return false
            }
        for person in people { planUser(person, into: &plan) }
        if goal.environmentURL == nil, !people.isEmpty { plan.add(noAddress) }
        for person in people where goal.environmentURL != nil { planEnvironment(person, into: &plan) }
        if scope.names == nil {
            planTemplates(into: &plan)
            for finding in files.findings + nameFindings() + groupFindings() { plan.add(finding) }
        }
        return plan
    }

    private func planKey(into plan: inout AreaPlan<PortainerStep>) {
        let what = "make an access token of Portainer's first administrator"
        switch reading.key {
        case .missing: plan.add(.makeKey, change("make-key", nil, what, "there is none yet"))
        case .refused: plan.add(.makeKey, change("make-key", nil, what, "Portainer does not know ours"))
        case .works(let leftovers):
            guard !leftovers.isEmpty, scope.names == nil else { return }
            let count = leftovers.count == 1 ? "an access token" : "\(leftovers.count) access tokens"
            let why = "called \(PortainerClient.keyDescription), and not the one in use"
            plan.add(.deleteKeys, change("delete-keys", nil, "delete \(count) of Portainer's first administrator", why))
        }
    }

    private func planSettings(_ secret: String, into plan: inout AreaPlan<PortainerStep>) {
        // Without sign-in by OAuth no account can be made that has no password.
        guard scope.names == nil || reading.settings.authenticationMethod != goal.settings.authenticationMethod else {
            return
        }
        var parts: [String] = []
        let (now, wanted) = (reading.settings, goal.settings)
        if now.authenticationMethod != wanted.authenticationMethod { parts.append("sign-in by OAuth") }
        if now.oauth != wanted.oauth { parts.append("who is asked for sign-in") }
        if !files.ledger.holds(clientSecret: secret) { parts.append("the client secret") }
        if now.session != wanted.session { parts.append("how long a sign-in lasts") }
        if now.snapshotInterval != wanted.snapshotInterval { parts.append("the snapshot interval") }
        if now.templatesURL != wanted.templatesURL { parts.append("where templates come from") }
        if now.enablesEdgeFeatures != wanted.enablesEdgeFeatures { parts.append("no edge features") }
        guard !parts.isEmpty else { return }
        let what = "set in Portainer: \(parts.joined(separator: ", "))"
        plan.add(.settings, change("set-settings", nil, what, "the configuration says so"))
    }

    private func planUser(_ person: DesiredPerson, into plan: inout AreaPlan<PortainerStep>) {
        let name = person.name.rawValue
        let lacks = reading.lacks(of: person)
        guard !lacks.isEmpty else { return }
        guard !lacks.isMissing else {
            let why = "the store has \(name), Portainer does not"
            return plan.add(.user(name), change("add-user", name, "add \(name) to Portainer", why))
        }
        var parts: [String] = []
        if let role = lacks.role {
            parts.append(
                role == .admin ? "make \(name) an administrator" : "take the administrator role from \(name)"
            )
        }
        if !lacks.joins.isEmpty { parts.append("put \(name) into \(lacks.joins.joined(separator: ", "))") }
        if !lacks.leaves.isEmpty {
            let teams = lacks.leaves.compactMap { left in reading.teams.first { $0.id == left.team }?.name }
            parts.append("take \(name) out of \(teams.joined(separator: ", "))")
        }
        let why = "the store says \(person.role.rawValue)"
        plan.add(.user(name), change("settle-user", name, parts.joined(separator: "; "), why))
    }

    private func planEnvironment(_ person: DesiredPerson, into plan: inout AreaPlan<PortainerStep>) {
        let name = person.name.rawValue
        let title = PortainerReading.environmentName(name)
        let environment = reading.environment(name)
        if let environment, PortainerReading.owner(of: environment) != person.name {
            return plan.add(foreignEnvironment(title, name))
        }
        guard let certificate = files.certificates[name] else { return plan.add(noCertificate(name)) }
        let lacks = reading.environmentLacks(of: name, goal: goal)
        guard let environment else {
            let why = "\(name) has none, and only \(name) may enter it"
            return plan.add(
                .environment(name),
                change("create-environment", name, "create the environment \(title)", why)
            )
        }
        if !lacks.isEmpty {
            var parts: [String] = []
            if lacks.address { parts.append("address") }
            if !lacks.switches.isEmpty { parts.append("security settings") }
            if lacks.access { parts.append("access for \(name) alone") }
            let what = "set in the environment \(title): \(parts.joined(separator: ", "))"
            plan.add(.environment(name), change("settle-environment", name, what, "it is another there"))
        }
        if !files.ledger.holds(certificate, of: environment.id) {
            let what = "show the present certificate of \(name) to Docker"
            let why = "it is another than the one that Portainer was given"
            plan.add(.certificate(name), change("renew-certificate", name, what, why))
        }
        if environment.isDown {
            let why = "Docker did not answer when Portainer looked last"
            plan.add(.snapshot(name), change("look-again", name, "let Portainer look at \(title) again", why))
        }
    }

    private func planTemplates(into plan: inout AreaPlan<PortainerStep>) {
        for draft in files.templates {
            let title = draft.title
            let other = reading.templates.first { $0.title == title }?.owner
            if let other, other != PortainerUser.firstAdministrator {
                plan.add(foreignTemplate(title))
                continue
            }
            let what: String
            switch reading.lack(of: draft) {
            case nil: continue
            case .missing: what = "add the template \(title)"
            case .differs: what = "replace the template \(title)"
            case .hidden: what = "show the template \(title) to everybody"
            }
            plan.add(.template(title), change("set-template", nil, what, "it is not so in Portainer", title))
        }
    }

    private func change(
        _ kind: String,
        _ user: String?,
        _ what: String,
        _ why: String,
        _ subject: String? = nil
    ) -> SyncChange {
        SyncChange(area: .portainer, kind: kind, user: user, what: what, why: why, subject: subject)
    }
}

extension AreaPlan<PortainerStep> {
    func without(_ names: Set<UserName>) -> Self {
        guard !names.isEmpty else { return self }
        let names = Set(names.map(\.rawValue))
        return part(withFindings: true) { planned in planned.change.user.map { !names.contains($0) } ?? true }
    }
}
