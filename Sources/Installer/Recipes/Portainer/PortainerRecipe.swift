import AtomicFiles
import BridgeConfiguration
import Foundation
public import HostChanges
import HostPrograms
import ManagedFiles
import ServiceUnits

/// Portainer, for the pages of containers: in a network of its own, reached by nginx on loopback only, set up by `sync-users`.
public enum PortainerRecipe: Recipe {
    public static let component = Component.portainer

    static let defaultPort: UInt16 = 9000
    static let defaultPasswordFile = "/etc/diycloud-bridge/portainer-admin.password"
    static let defaultSecretFile = "/etc/diycloud-bridge/portainer-oauth.secret"
    /// Units that speak to Portainer's network; their own files let them speak to loopback only.
    static let units = ["diycloud-bridge.service", "diycloud-bridge-sync.service"]
    static let dropIn = "50-diycloud-portainer.conf"

    public static func steps(on host: Host) async throws -> [any Step] {
        let configuration = InstalledConfiguration.read(on: host)
        var steps: [any Step] = [PortainerImageStep(host: host)]
        steps.append(
            secret(
                configuration?.portainer.adminPasswordFile ?? defaultPasswordFile,
                bytes: 24,
                mode: 0o600,
                owner: .root,
                host
            )
        )
        steps.append(
            secret(
                configuration?.portainer.clientSecretFile ?? defaultSecretFile,
                bytes: 32,
                mode: 0o640,
                owner: FileOwner(group: "diycloud-bridge"),
                host
            )
        )
        steps.append(PortainerNetwork(.portainer, on: host))
        let range = try await NetworksRecipe.addresses(on: host).portainer
        for unit in units {
            let directory = "/etc/systemd/system/\(unit).d"
            steps.append(DirectoryStep(.portainer, directory, on: host))
            let text = """
                # DIY Cloud Bridge: Portainer's network, from which it signs people in and takes its templates.
                [Service]
                IPAddressAllow=\(range)

                """
            steps.append(FileStep(.portainer, ManagedFile("\(directory)/\(dropIn)", .rendered(text)), on: host))
        }
        // Only now: with Portainer in its configuration the bridge wants the secret, and addresses of that network.
        let keys = try await neededKeys(on: host).map { ($0.key, $0.value) }
        steps.append(SettingsStep(.portainer, keys, on: host))
        steps.append(BridgeUnits.serviceStep(.portainer, on: host))
        steps.append(BridgeUnits.syncStep(.portainer, on: host))
        steps.append(DockerRecipe.guardStep(.portainer, on: host))
        steps.append(entrancesStep(host))
        steps.append(PortainerContainerStep(host: host))
        steps.append(answersStep(host))
        steps.append(SyncStep(component: .portainer, areas: "docker,portainer", host: host))
        steps.append(
            NginxRecipe.location(.portainer, "portainer", snippets: ["portainer-judge", "portainer-pass"], on: host)
        )
        return steps
    }

    /// What of `bridge.yaml` Portainer needs.
    public static func neededKeys(on host: Host) async throws -> [NeededKey] {
        let plan = try await NetworksRecipe.addresses(on: host)
        return [
            NeededKey("docker.address", "\(plan.gateway):2376"),
            NeededKey("portainer.url", "http://127.0.0.1:\(defaultPort)"),
            NeededKey("portainer.listen", "\(plan.gateway):8474"),
            NeededKey("portainer.templates", "\(Payload.installed)/share/portainer/templates"),
            NeededKey("services.portainer.roles", "[user, admin]"),
            NeededKey("services.portainer.url", "/portainer/"),
            NeededKey("services.portainer.title", "Containers"),
            NeededKey("services.portainer.description", "Start and watch containers with Portainer."),
        ]
    }

    // MARK: - Steps

    private static func secret(_ path: String, bytes: Int, mode: UInt32, owner: FileOwner, _ host: Host) -> any Step {
        let file = ManagedFile(
            path,
            .secret {
                var random = SystemRandomNumberGenerator()
                return (0..<bytes).map { _ in String(format: "%02x", UInt8.random(in: .min ... .max, using: &random)) }
                    .joined() + "\n"
            },
            mode: mode,
            owner: owner
        )
        return FileStep(.portainer, file, on: host)
    }

    /// Both services open what Portainer reaches, and have read what their units may do.
    private static func entrancesStep(_ host: Host) -> any Step {
        let services = ["diycloud-bridge.service", DockerRecipe.guardUnit]
        return ProbedStep(
            .portainer,
            "Let Portainer reach the bridge and the guard",
            look: {
                let change = PlannedChange(.unit, "restart \(services.joined(separator: " and "))")
                guard let configuration = InstalledConfiguration.read(on: host),
                    let range = configuration.portainerRange,
                    try await PortainerNetwork.range(host.programs) == range
                else { return .later(change, after: "the network is there") }
                for unit in units where try await host.units.state(of: unit).needsReload { return .needed([change]) }
                let closed = configuration.entrances.filter { !LoopbackRequest(address: $0.host, port: $0.port).isOpen }
                return closed.isEmpty
                    ? .done
                    : .needed([PlannedChange(.unit, change.summary, details: closed.map { "\($0) is not open" })])
            },
            apply: { report in
                try await host.units.reload()
                for unit in services {
                    report.say("Restarting \(unit)")
                    try await host.units.start(unit, restart: true)
                }
                // The one that watches the store runs only where it was started before.
                if try await host.units.state(of: units[1]).isActive {
                    try await host.units.start(units[1], restart: true)
                }
                for _ in 0..<30 {
                    let entrances = InstalledConfiguration.read(on: host)?.entrances ?? []
                    if entrances.allSatisfy({ LoopbackRequest(address: $0.host, port: $0.port).isOpen }) { return }
                    try await Task.sleep(for: .seconds(1))
                }
            }
        )
    }

    /// It says its version, and nobody can make themselves its administrator.
    private static func answersStep(_ host: Host) -> any Step {
        let problem: @Sendable () -> String? = {
            let portainer = LoopbackRequest(port: InstalledConfiguration.read(on: host)?.portainerPort ?? defaultPort)
            guard let answer = portainer.get("/api/status"), answer.status == 200, answer.body.contains("\"Version\"")
            else {
                return "Portainer does not answer at 127.0.0.1:\(portainer.port)"
            }
            // 204: there is an administrator; 404: whoever comes first becomes one.
            guard portainer.get("/api/users/admin/check")?.status == 204 else {
                return "Portainer has no administrator yet"
            }
            return nil
        }
        return ProbedStep(
            .portainer,
            "Ask Portainer",
            look: {
                guard let problem = problem() else { return .done }
                return .later(
                    PlannedChange(.command, "ask Portainer for its version and its administrator"),
                    after: "it runs (now: \(problem))"
                )
            },
            apply: { report in
                for _ in 0..<60 {
                    guard let problem = problem() else { return }
                    report.say(problem)
                    try await Task.sleep(for: .seconds(1))
                }
                let logs = try await DockerCommand(host.programs)(["logs", "--tail", "20", PortainerContainer.name])
                report.output(logs.output + logs.errors)
            }
        )
    }
}

extension InstalledConfiguration {
    /// The port of `portainer.url`.
    var portainerPort: UInt16? { portainer.url.flatMap { URL(string: $0)?.port }.flatMap { UInt16(exactly: $0) } }

    /// Where Portainer reaches the guard and the bridge.
    var entrances: [ListenAddress] { [docker.address, portainer.listen].compactMap(\.self) }
}
