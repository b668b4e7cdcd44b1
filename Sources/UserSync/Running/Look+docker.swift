import DockerCertificates
import Identity
import SyncReport

extension Look {
    /// What people who are switched off lose of Docker.
    func dockerSwitchOff() async throws(SyncTrouble) -> StagePlan {
        try await dockerStage { planner in planner.switchOff(withheld: self.withheld) }
    }

    /// Everything else of Docker.
    func dockerSettle() async throws(SyncTrouble) -> StagePlan {
        try await dockerStage { planner in planner.settle() }
    }

    private func dockerStage(
        _ part: (DockerPlanner) -> AreaPlan<DockerPlanner.Step>
    ) async throws(SyncTrouble) -> StagePlan {
        guard case .host(let host) = parts.docker else { return .nothing }
        let planner = try await dockerPlanner(host)
        return StagePlan(part(planner), shows: planner.shows) { steps, progress in
            await host.apply(steps, keeping: planner.kept, progress: progress)
        }
    }

    private func dockerPlanner(_ host: any DockerHost) async throws(SyncTrouble) -> DockerPlanner {
        var reading: DockerReading
        if let docker {
            reading = docker
        } else {
            let people = dockerPeople()
            do throws(DockerHostError) {
                reading = try await host.reading(of: people)
            } catch {
                throw SyncTrouble(error.reason)
            }
            reading.engineGroup = (try? readHost())?.host.groups["docker"]?.members ?? []
            docker = reading
        }
        return DockerPlanner(
            desired: desired,
            reading: reading,
            scope: scope,
            whenDisabled: host.whenDisabled,
            usesCertificates: host.usesCertificates,
            now: parts.now()
        )
    }

    /// The accounts of everybody of the store, and of who was one of ours and is gone from it.
    private func dockerPeople() -> [String: UInt32] {
        guard let host = try? readHost().host else { return [:] }
        let members = host.groups[parts.accounts.settings.group]?.members ?? []
        return members.union(desired.people.keys.map(\.rawValue)).reduce(into: [:]) { people, name in
            people[name] = host.accounts[name]?.uid
        }
    }
}
