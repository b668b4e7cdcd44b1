import Identity
import PortainerClient
import SyncReport

extension PortainerPlanner {
    /// Why nothing is done for an active person.
    func objection(to person: DesiredPerson) -> SyncFinding? {
        let name = person.name.rawValue
        guard reading.user(name)?.id == PortainerUser.firstAdministrator else { return nil }
        return finding(
            "first-administrator",
            name,
            "\(name) is also the name of Portainer's first administrator, whom nobody may be signed in as. "
                + "\(name) gets no environment.",
            "Rename that account in Portainer, or the person."
        )
    }

    var noSecret: SyncFinding {
        finding(
            "no-client-secret",
            nil,
            "\(goal.clientSecretFile) cannot be read: people cannot be signed in to Portainer, and nothing else was done there.",
            "Make it, and restart the service: (umask 027 && openssl rand -hex 32 > \(goal.clientSecretFile))"
        )
    }

    var noAddress: SyncFinding {
        finding(
            "no-docker-address",
            nil,
            "Nobody has an environment in Portainer: the Docker guard has no address that Portainer could reach.",
            "Set docker.address (127.0.0.1:2376), and portainer.environment_url if Portainer reaches it by another."
        )
    }

    func noCertificate(_ name: String) -> SyncFinding {
        finding(
            "no-certificate",
            name,
            "\(name) has no certificate for Docker in \(goal.certificates)/clients yet, and so no environment in Portainer.",
            "diycloud-bridge sync-users --only docker,portainer --user \(name)"
        )
    }

    func foreignEnvironment(_ title: String, _ name: String) -> SyncFinding {
        finding(
            "foreign-environment",
            name,
            "The environment \(title) in Portainer is none that was made for \(name): it does not reach Docker over TLS.",
            "Rename or remove it; the next run makes the right one."
        )
    }

    func foreignTemplate(_ title: String) -> SyncFinding {
        finding(
            "template-title-taken",
            nil,
            "Somebody else has a custom template called \(title) in Portainer; ours of that name is left out.",
            "Rename theirs or ours."
        )
    }

    /// What the version cannot do with this engine.
    func versionFindings() -> [SyncFinding] {
        guard scope.names == nil, let text = goal.engineMinimumAPI else { return [] }
        let parts = text.split(separator: ".").compactMap { Int($0) }
        // Docker 29 takes nothing below 1.44; Portainer speaks it since 2.33.5 (LTS) and 2.36.0 (portainer/portainer#12925).
        guard parts.count == 2, (parts[0], parts[1]) > (1, 41) else { return [] }
        let version = reading.status.version
        let speaks = version >= PortainerVersion(2, 36) || version.minor == 33 && version >= PortainerVersion(2, 33, 5)
        guard !speaks else { return [] }
        return [
            finding(
                "version-too-old",
                nil,
                "Portainer \(version) speaks an older API than the Docker engine takes (\(text) at least): environments stay down.",
                "Use Portainer 2.33.5, 2.36 or newer."
            )
        ]
    }

    /// Accounts that are one to Portainer.
    func nameFindings() -> [SyncFinding] {
        let same = Dictionary(grouping: reading.users, by: { $0.name.lowercased() }).filter { $0.value.count > 1 }
        let twice = same.filter { name, _ in (try? UserName(name)).flatMap { desired.people[$0] } != nil }
            .map { name, users in
                let names = users.map { "\($0.name) (id \($0.id))" }.joined(separator: ", ")
                return finding(
                    "same-name",
                    name,
                    "Portainer has several accounts that it cannot tell apart: \(names). The first is \(name).",
                    "Remove the others in Portainer."
                )
            }
        return twice.sorted()
    }

    /// Groups that let people into what is another's.
    func groupFindings() -> [SyncFinding] {
        let ours = Dictionary(
            grouping: reading.environments.filter { PortainerReading.owner(of: $0) != nil },
            by: \.group
        )
        return reading.groups.filter { !$0.users.isEmpty || !$0.teams.isEmpty }.compactMap { group in
            guard let first = ours[group.id]?.map(\.name).min() else { return nil }
            return finding(
                "open-group",
                nil,
                "The environment group \(group.name) lets \(group.users.count) users and \(group.teams.count) teams into "
                    + "every environment in it. Whoever enters \(first) is its owner to Docker.",
                "Portainer: Environments, Groups, \(group.name): remove the access."
            )
        }
    }

    private func finding(_ kind: String, _ user: String?, _ text: String, _ remedy: String) -> SyncFinding {
        SyncFinding(area: .portainer, user: user, kind: kind, text: text, remedy: remedy)
    }
}
