import Identity
import PortainerClient

/// Does what was planned for Portainer, each step from what is there when it comes to it.
struct PortainerWork {
    let directory: any PortainerDirectory
    let desired: DesiredState
    let goal: PortainerGoal
    let files: PortainerFiles
    /// As it was read, and changed by each step.
    private var reading: PortainerReading
    private var ledger: UploadLedger
    /// How many environments could not be made, one after the other.
    private var failures = 0

    /// After so many no more is tried in this run: each leaves files in Portainer's data.
    private static let mostFailures = 2

    init(_ planner: PortainerPlanner, directory: any PortainerDirectory) {
        self.directory = directory
        desired = planner.desired
        goal = planner.goal
        files = planner.files
        reading = planner.reading
        ledger = planner.files.ledger
    }

    /// - Returns: what Portainer complained of.
    mutating func apply(
        _ steps: [PortainerStep],
        progress: @Sendable (Int) -> Void
    ) async -> [PortainerStep: String] {
        var complaints: [PortainerStep: String] = [:]
        var isAway: String?
        for (place, step) in steps.enumerated() {
            if let isAway {
                complaints[step] = isAway
                continue
            }
            do throws(PortainerError) {
                try await apply(step)
            } catch {
                complaints[step] = "\(error)"
                // What is away is not waited for once more for each of the others.
                if case .unreachable = error { isAway = "\(error)" }
            }
            progress(place + 1)
        }
        return complaints
    }

    private mutating func apply(_ step: PortainerStep) async throws(PortainerError) {
        switch step {
        case .makeKey: try await directory.makeKey()
        case .deleteKeys: try await deleteKeys()
        case .settings: try await setSettings()
        case .team(let name):
            if reading.team(name) == nil { reading.teams.append(try await directory.createTeam(name)) }
        case .user(let name): try await settleUser(name)
        case .environment(let name): try await settleEnvironment(name)
        case .certificate(let name): try await renewCertificate(name)
        case .snapshot(let name):
            guard let environment = reading.environment(name) else { return }
            try await directory.takeSnapshot(of: environment.id)
        case .template(let title): try await setTemplate(title)
        case .revoke(let name): try await revoke(name)
        }
    }

    private func deleteKeys() async throws(PortainerError) {
        guard case .works(let leftovers) = reading.key else { return }
        for key in leftovers { try await directory.deleteKey(key.id, of: PortainerUser.firstAdministrator) }
    }

    private mutating func setSettings() async throws(PortainerError) {
        guard let secret = files.clientSecret else { return }
        try await directory.set(goal.settings, clientSecret: secret)
        ledger.note(clientSecret: secret)
        try ledger.write(to: goal.ledgerFile)
    }

    // MARK: People

    private mutating func settleUser(_ name: String) async throws(PortainerError) {
        guard let person = (try? UserName(name)).flatMap({ desired.people[$0] }), person.isActive else { return }
        let lacks = reading.lacks(of: person)
        let isAdmin = person.role == .admin
        let user: PortainerUser
        if let known = reading.user(name) {
            user = known
        } else {
            user = try await directory.createUser(name, admin: isAdmin)
            reading.users.append(user)
        }
        guard user.id != PortainerUser.firstAdministrator else { return }
        if lacks.role != nil { try await directory.setRole(of: user.id, admin: isAdmin) }
        for name in lacks.joins {
            guard let team = reading.team(name) else { continue }
            try await directory.join(user: user.id, team: team.id)
        }
        for membership in lacks.leaves { try await directory.leave(membership.id) }
    }

    /// What counts comes first, and what tells the next run that something is left comes last: the teams.
    private mutating func revoke(_ name: String) async throws(PortainerError) {
        guard let name = try? UserName(name) else { return }
        let holdings = reading.holdings(of: name)
        if let environment = holdings.environment { try await directory.setAccess(users: [], of: environment) }
        guard let user = reading.user(name.rawValue), user.id != PortainerUser.firstAdministrator else { return }
        // Whether it changes or not, it ends every sign-in.
        try await directory.setRole(of: user.id, admin: false)
        for key in try await directory.keys(of: user.id) { try await directory.deleteKey(key.id, of: user.id) }
        for membership in holdings.memberships { try await directory.leave(membership.id) }
    }

    // MARK: Environments

    private mutating func settleEnvironment(_ name: String) async throws(PortainerError) {
        guard let url = goal.environmentURL, let user = reading.user(name) else { return }
        if reading.environment(name) == nil { try await createEnvironment(name, url: url) }
        guard let environment = reading.environment(name) else { return }
        let lacks = reading.environmentLacks(of: name, goal: goal)
        if lacks.address {
            try await directory.setAddress(url, publicHost: goal.publicHost, of: environment.id)
        }
        if !lacks.switches.isEmpty { try await directory.set(lacks.switches, of: environment.id) }
        if lacks.access { try await directory.setAccess(users: [user.id], of: environment.id) }
    }

    private mutating func createEnvironment(_ name: String, url: String) async throws(PortainerError) {
        let title = PortainerReading.environmentName(name)
        guard let certificate = files.certificates[name] else { return }
        guard failures < Self.mostFailures else {
            throw .environmentUnreachable(
                name: title,
                url: url,
                message: "as for the others before, so it was not tried"
            )
        }
        do throws(PortainerError) {
            let made = try await directory.createEnvironment(
                title,
                url: url,
                publicHost: goal.publicHost ?? "",
                certificate: certificate
            )
            failures = 0
            reading.environments.append(made)
            ledger.note(certificate, of: made.id)
        } catch {
            if case .environmentUnreachable = error { failures += 1 }
            throw error
        }
        try ledger.write(to: goal.ledgerFile)
    }

    private mutating func renewCertificate(_ name: String) async throws(PortainerError) {
        guard let certificate = files.certificates[name], let environment = reading.environment(name) else { return }
        try await directory.setCertificate(certificate, of: environment.id)
        ledger.note(certificate, of: environment.id)
        try ledger.write(to: goal.ledgerFile)
    }

    // MARK: Templates

    private mutating func setTemplate(_ title: String) async throws(PortainerError) {
        guard let draft = files.templates.first(where: { $0.title == title }) else { return }
        switch reading.lack(of: draft) {
        case nil: return
        case .missing:
            let made = try await directory.createTemplate(draft)
            if !made.isPublic { try await directory.publishTemplate(made.id, control: made.control) }
        case .differs(let id):
            try await directory.replaceTemplate(id, with: draft)
            guard let template = reading.templates.first(where: { $0.id == id }), !template.isPublic else { return }
            try await directory.publishTemplate(id, control: template.control)
        case .hidden(let id, let control): try await directory.publishTemplate(id, control: control)
        }
    }
}
