import BridgeConfiguration
public import HostChanges
import HostPrograms

/// Networks of people's containers: addresses that nothing else on this host has, a firewall between them and the host, and a network
/// for Portainer alone. Each person's network is made by the guard when it is first needed.
public enum NetworksRecipe: Recipe {
    public static let component = Component.networks

    public static func steps(on host: Host) async throws -> [any Step] {
        [
            SettingsStep(component, try await neededKeys(on: host).map { ($0.key, $0.value) }, on: host),
            BridgeUnits.serviceStep(component, on: host),
            BridgeUnits.syncStep(component, on: host),
            DockerRecipe.guardStep(component, on: host),
            poolStep(host), PortainerNetwork(on: host), firewallStep(host),
        ]
    }

    /// What of `bridge.yaml` the addresses need, chosen for this host: for a file that is made anew, or what is missing in one.
    /// - Throws: `StepFailure` when no range of the private ones is free.
    public static func neededKeys(on host: Host) async throws -> [NeededKey] {
        let plan = try await addresses(on: host)
        return [NeededKey("docker.address_pool", plan.pool.description)]
    }

    /// The addresses of this host's containers: those that are set or in use, else the first free ones.
    public static func addresses(on host: Host) async throws -> AddressPlan {
        let configuration = InstalledConfiguration.read(on: host)
        let taken = try await TakenAddresses.look(host.programs)
        let network = try await PortainerNetwork.range(host.programs)
        guard
            let plan = AddressPlan(
                taken: taken.ranges,
                pool: configuration?.docker.addressPool,
                portainer: configuration?.portainerRange ?? network
            )
        else {
            throw StepFailure(
                title: "Addresses for containers",
                reason: "no private range of addresses is free on this host"
            )
        }
        return plan
    }

    private static func poolStep(_ host: Host) -> any Step {
        let change = PlannedChange(.firewall, "check that addresses of containers are nobody else's")
        return ProbedStep(
            .networks,
            "Find addresses for containers",
            look: {
                guard let configuration = InstalledConfiguration.read(on: host) else {
                    return .later(change, after: "\(InstalledConfiguration.path) is there")
                }
                let taken = try await TakenAddresses.look(host.programs)
                let pool = configuration.docker.addressPool
                guard let use = taken.collision(with: pool) else { return .done }
                let free = AddressPlan(taken: taken.ranges)?.pool.description
                return .pending(
                    PlannedChange(
                        .file,
                        "set docker.address_pool in \(InstalledConfiguration.path)" + (free.map { " to \($0)" } ?? "")
                    ),
                    why:
                        "people's networks are made in \(pool), where this host has \(use.what): the two cannot reach each other. "
                        + (free.map { "\($0) is free. " } ?? "")
                        + "Networks that people have keep their addresses until they are made anew"
                )
            },
            apply: { _ in }
        )
    }

    /// Made and kept by `sync-users`, which makes it anew after a restart of the host, too.
    private static func firewallStep(_ host: Host) -> any Step {
        let sync = SyncStep(component: .networks, areas: "docker", host: host)
        let trace = HostTrace.command(
            id: "nft:diycloud_docker",
            undo: [["sh", "-c", "nft delete table inet diycloud_docker || ! nft list table inet diycloud_docker"]],
            note: "the firewall's table inet diycloud_docker"
        )
        return ProbedStep(
            .networks,
            "Keep containers from the services of this host",
            look: {
                let change = PlannedChange(
                    .firewall,
                    "make the table inet diycloud_docker",
                    details: ["by diycloud-bridge sync-users"]
                )
                guard host.programs.has("nft") else { return .later(change, after: "nftables is installed") }
                let result = try await host.programs.run("nft", ["list", "table", "inet", "diycloud_docker"])
                // Three chains, each at its hook; what is in them, sync-users compares rule by rule.
                let holds = ["input", "forward", "output"].allSatisfy { result.output.contains("hook \($0) ") }
                return result.status == 0 && holds ? .done : .needed([change])
            },
            traces: { [trace] },
            apply: { report in try await sync.apply(report) }
        )
    }
}
