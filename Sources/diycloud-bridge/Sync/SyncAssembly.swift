import Audit
import BridgeConfiguration
import DiskQuotas
import Foundation
import HostPrograms
import JupyterHubClient
import LinuxAccounts
import Privileges
import Slices
import SyncReport
import UserSync

/// Builds what reconciles this host, as the configuration says.
struct SyncAssembly {
    let configuration: BridgeConfiguration.Configuration
    private let programs = SystemPrograms()

    init(_ configuration: BridgeConfiguration.Configuration) { self.configuration = configuration }

    var settings: AccountSettings {
        let accounts = configuration.accounts
        return AccountSettings(
            home: accounts.home,
            shell: accounts.shell,
            skeleton: accounts.skeleton,
            group: accounts.group,
            adminGroup: accounts.adminGroup,
            configuredMinimumUID: configuration.authentication.minimumUID,
            login: LoginDefinitions.read()
        )
    }

    /// The parts, and how their connections are closed at the end.
    func parts() -> (parts: SyncParts, close: () async -> Void) {
        let layout = CgroupLayout.detect(
            controller: CgroupLayout.Choice(rawValue: configuration.limits.controller.rawValue) ?? .auto,
            treeName: configuration.limits.cgroup
        )
        let (hub, closeHub) = hub()
        let (docker, closeDocker) = DockerAssembly(configuration: configuration, layout: layout, programs: programs)
            .docker()
        let (portainer, closePortainer) = PortainerAssembly(configuration).portainer()
        let parts = SyncParts(
            accounts: SystemAccountHost(settings: settings, programs: programs),
            limits: limits(layout),
            processes: HostProcesses(layout: layout, minimumUID: settings.minimumUID, programs: programs),
            disk: HostDiskQuotas(),
            hub: hub,
            docker: docker,
            portainer: portainer,
            policy: SlicePolicy(
                memoryHighPercent: configuration.limits.memoryHigh,
                swapPercent: configuration.limits.swap,
                tasks: configuration.limits.tasks
            ),
            stopsDisabled: configuration.sync.stopDisabled,
            now: { .now }
        )
        return (
            parts,
            {
                await closeHub()
                await closeDocker()
                await closePortainer()
            }
        )
    }

    func run(_ parts: SyncParts) -> SyncRun {
        let path = configuration.audit.path
        return SyncRun(
            parts: parts,
            report: SyncReportFile(path: configuration.sync.report),
            reportGroup: try? ServiceUser(named: configuration.user).gid,
            // Standard output belongs to the command's own report.
            audit: AuditLog(path: path == "-" ? nil : path) { line in
                FileHandle.standardError.write(Data("diycloud-bridge: \(line)\n".utf8))
            },
            actor: ServiceOwner.caller
        )
    }

    private func limits(_ layout: CgroupLayout) -> SyncParts.Limits {
        if let controller = layout.controller(programs: programs) { return .slices(controller) }
        if case .none(let reason) = layout { return .none(reason: reason) }
        return .none(reason: "Nothing on this host can hold people to limits of processor and memory.")
    }

    private func hub() -> (SyncParts.Hub, () async -> Void) {
        guard let api = configuration.jupyterhub.api else { return (.notConfigured, {}) }
        do throws(HubError) {
            let client = try JupyterHubClient(.init(api: api, tokenFile: configuration.jupyterhub.tokenFile))
            return (.directory(client), { await client.shutdown() })
        } catch {
            return (.unusable(reason: "\(error)"), {})
        }
    }
}
