import BridgeConfiguration
import ContainerFirewall
import DockerCertificates
import DockerEngine
import DockerGuard
import Foundation
import Glibc
import HostPrograms
import Privileges
import Slices
import UserSync

/// Builds what reconciles Docker, as the configuration says.
struct DockerAssembly {
    let configuration: BridgeConfiguration.Configuration
    let layout: CgroupLayout
    let programs: SystemPrograms

    /// Docker, and how its connections are closed at the end. Where there is no engine and none is waited for, there is nothing.
    func docker() -> (SyncParts.Docker, () async -> Void) {
        let settings = configuration.docker
        let hasEngine = access(settings.engine, F_OK) == 0
        guard hasEngine || settings.address != nil else { return (.notConfigured, {}) }
        let client = hasEngine ? EngineClient(.init(socket: settings.engine)) : nil
        let rule = CgroupParentRule(layout: layout, treeName: configuration.limits.cgroup)
        let host = SystemDockerHost(
            engine: client.map { EngineMaintenance(client: $0, objects: EngineObjects(client: $0)) },
            standing: client.map(EngineStanding.init(engine:)),
            certificates: CertificateDirectory(
                path: settings.certificates,
                group: try? ServiceUser(named: settings.user).gid
            ),
            firewall: ContainerFirewall(programs: programs),
            settings: .init(
                whenDisabled: DockerPlanner.WhenDisabled(rawValue: settings.whenDisabled.rawValue) ?? .stop,
                usesCertificates: settings.address != nil,
                serverNames: serverNames,
                certificateLifetime: settings.certificateLifetime.components.seconds,
                firewall: FirewallRules(hostPorts: settings.hostPorts),
                requiresRemap: settings.userNamespace == .required,
                bindsHomes: settings.homeBinds,
                enginePath: settings.engine,
                cgroupParent: { rule.parent(of: $0, driver: .init(rawValue: $1) ?? .cgroupfs) },
                now: { .now }
            )
        )
        return (.host(host), { await client?.shutdown() })
    }

    /// Whatever Portainer may call the guard.
    private var serverNames: [String] {
        let docker = configuration.docker
        let url = configuration.portainer.environmentURL.flatMap { URLComponents(string: $0)?.host }
        let named = url.map { $0.hasPrefix("[") ? String($0.dropFirst().dropLast()) : $0 }
        return Set([docker.address?.host, named].compactMap(\.self) + docker.serverNames).sorted()
    }
}
