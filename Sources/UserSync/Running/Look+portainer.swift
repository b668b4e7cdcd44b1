import Identity
import PortainerClient

/// What one look at Portainer found, and what follows from it.
struct PortainerLook: Sendable {
    let directory: any PortainerDirectory
    let planner: PortainerPlanner
    let plans: PortainerPlanner.Plans

    /// Whether what a step was to reach is so.
    func shows(_ step: PortainerStep) -> Bool {
        let (reading, files) = (planner.reading, planner.files)
        switch step {
        case .makeKey: if case .works = reading.key { return true } else { return false }
        case .deleteKeys: return reading.key == .works(leftovers: [])
        case .settings:
            return reading.settings == planner.goal.settings
                && files.clientSecret.map { files.ledger.holds(clientSecret: $0) } ?? false
        case .team(let name): return reading.team(name) != nil
        case .user(let name):
            let person = (try? UserName(name)).flatMap { planner.desired.people[$0] }
            return person.map { reading.lacks(of: $0).isEmpty } ?? false
        case .environment(let name): return reading.environmentLacks(of: name, goal: planner.goal).isEmpty
        case .certificate(let name):
            guard let environment = reading.environment(name), let certificate = files.certificates[name] else {
                return false
            }
            return files.ledger.holds(certificate, of: environment.id)
        case .snapshot(let name): return reading.environment(name).map { !$0.isDown } ?? false
        case .template(let title):
            return files.templates.first { $0.title == title }.map { reading.lack(of: $0) == nil } ?? false
        case .revoke(let name): return (try? UserName(name)).map { reading.holdings(of: $0).isEmpty } ?? false
        }
    }
}

extension Look {
    func portainerPlan(
        _ part: (PortainerPlanner.Plans) -> AreaPlan<PortainerStep>
    ) async throws(SyncTrouble) -> StagePlan {
        guard let look = try await lookAtPortainer() else { return .nothing }
        return StagePlan(part(look.plans), shows: look.shows) { steps, progress in
            var work = PortainerWork(look.planner, directory: look.directory)
            return await work.apply(steps, progress: progress)
        }
    }

    /// Who can do something in Portainer now, and whom the plan takes it from.
    func portainerHolders() async -> (active: [UserName], leaving: Set<UserName>) {
        guard let look = try? await lookAtPortainer() else { return ([], []) }
        let reading = look.planner.reading
        let holders = reading.users.compactMap { try? UserName($0.name.lowercased()) }
            .filter { !reading.holdings(of: $0).isEmpty }
        let leaving = look.plans.switchOff.steps.compactMap { $0.change.user.flatMap { try? UserName($0) } }
        return (holders + leaving, Set(leaving))
    }

    /// - Returns: `nil` where Portainer is not configured.
    private func lookAtPortainer() async throws(SyncTrouble) -> PortainerLook? {
        switch parts.portainer {
        case .notConfigured: return nil
        case .unusable(let reason): throw SyncTrouble(reason)
        case .directory(let directory, let goal):
            // Neither what it said nor that it is away is asked for twice in one look.
            if let portainer { return try portainer.get() }
            let found: Result<PortainerLook, SyncTrouble>
            do throws(PortainerError) {
                found = .success(try await readPortainer(directory, goal))
            } catch {
                found = .failure(SyncTrouble(error))
            }
            portainer = found
            return try found.get()
        }
    }

    private func readPortainer(
        _ directory: any PortainerDirectory,
        _ goal: PortainerGoal
    ) async throws(PortainerError) -> PortainerLook {
        let status = try await directory.status()
        let people = desired.people.values.filter(\.isActive).map(\.name)
        let files = PortainerFiles(goal, instance: status.instance, names: people)
        var reading = PortainerReading(
            status: status,
            key: try await directory.keyStanding(),
            settings: try await directory.settings(),
            users: try await directory.users(),
            teams: try await directory.teams(),
            memberships: try await directory.memberships(),
            environments: try await directory.environments()
        )
        if scope.names == nil {
            reading.groups = try await directory.groups()
            reading.templates = try await directory.templates()
            let titles = Set(files.templates.map(\.title))
            for template in reading.templates where titles.contains(template.title) {
                reading.contents[template.id] = try await directory.content(of: template.id)
            }
        }
        var goal = goal
        if case .host(let docker) = parts.docker { goal.engineMinimumAPI = await docker.oldestAPI() }
        let planner = PortainerPlanner(desired: desired, reading: reading, files: files, goal: goal, scope: scope)
        return PortainerLook(directory: directory, planner: planner, plans: planner.plans())
    }
}
