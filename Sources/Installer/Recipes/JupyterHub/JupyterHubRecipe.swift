import AtomicFiles
import Distributions
import Foundation
import Glibc
public import HostChanges
import ManagedFiles

/// Notebooks: a hub, an environment for people, a proxy, and the tokens between hub and bridge.
public enum JupyterHubRecipe: Recipe {
    public static let component = Component.jupyterhub

    private static let configuration = "/etc/diycloud-bridge/jupyterhub_config.py"
    private static let dropIn = "/etc/systemd/system/\(HubStep.unit).d/50-diycloud.conf"
    private static let serviceToken = "/etc/diycloud-bridge/jupyterhub.token"
    private static let apiToken = "/etc/diycloud-bridge/jupyterhub-api.token"

    public static func steps(on host: Host) async throws -> [any Step] {
        let settings = HubSettings(try host.files.text(of: HubSettings.path))
        let proxy = await proxy(on: host, settings)
        let plans = EnvironmentPlans(host: host, proxy: proxy)
        let shelf = EnvironmentShelf(root: host.files.root)
        return await programs(for: proxy, on: host) + [
            DirectoryStep(component, "/opt/diycloud", on: host),
            DirectoryStep(component, PythonEnvironment.shelf, holds: HostTrace.tree, on: host),
            EnvironmentStep(purpose: .hub, plans: plans, shelf: shelf),
            EnvironmentStep(purpose: .users, plans: plans, shelf: shelf),
        ] + (try files(for: proxy, on: host, settings)) + [
            SettingsStep(component, [("jupyterhub.api", settings.api)], on: host),
            BridgeUnits.serviceStep(component, on: host),
            HubStep(plans: plans, shelf: shelf, settings: settings, files: filesOfUnit(on: host)),
            BridgeUnits.syncStep(component, on: host),
            OldEnvironmentsStep(plans: plans, shelf: shelf),
            NginxRecipe.location(component, "jupyterhub", on: host),
        ]
    }

    // MARK: - Programs of the distribution

    private static func proxy(on host: Host, _ settings: HubSettings) async -> HubProxy {
        // /usr/local: where npm puts it.
        let isInstalled =
            host.programs.has("configurable-http-proxy")
            || access(host.files.real("/usr/local/bin/configurable-http-proxy"), X_OK) == 0
        let packages = try? await host.packages.choose(host.distribution.packages(.configurableHTTPProxy))
        return HubProxy.choose(
            wanted: settings.proxy,
            isInstalled: isInstalled,
            packages: packages.flatMap { $0.isEmpty ? nil : $0 },
            machine: machine()
        )
    }

    private static func machine() -> String {
        var name = utsname()
        guard uname(&name) == 0 else { return "" }
        return withUnsafeBytes(of: &name.machine) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    private static func programs(for proxy: HubProxy, on host: Host) async -> [any Step] {
        var steps: [any Step] = []
        // A suitable Python that somebody put there is as good as the distribution's.
        if await PythonRuntime.find(host.distribution.pythons, host.programs) == nil {
            steps.append(PackagesStep(component, "Install Python", [.pythonVenv], on: host))
        }
        switch proxy {
        case .configurable(packages: []), .traefik: break
        case .configurable:
            steps.append(PackagesStep(component, "Install JupyterHub's proxy", [.configurableHTTPProxy], on: host))
        case .none(let why):
            let blocked = ProbedStep(component, "Find a proxy for JupyterHub", look: { .blocked(why) }, apply: { _ in })
            steps.append(blocked)
        }
        return steps
    }

    // MARK: - Files

    private static func files(for proxy: HubProxy, on host: Host, _ settings: HubSettings) throws -> [any Step] {
        let ours = FileOwner(user: "root", group: "diycloud-bridge")
        var steps: [any Step] = [
            DirectoryStep(component, settings.state, mode: 0o700, holds: HostTrace.data, on: host),
            // Both sides read the first; the second is for the reconciliation, which is root.
            FileStep(component, ManagedFile(serviceToken, .secret(newToken), mode: 0o640, owner: ours), on: host),
            FileStep(component, ManagedFile(apiToken, .secret(newToken), mode: 0o600), on: host),
            FileStep(
                component,
                ManagedFile(configuration, .rendered(try host.payload.text("jupyterhub/jupyterhub_config.py"))),
                on: host
            ),
            FileStep(component, ManagedFile(HubSettings.path, .seed(seed), mode: 0o640), on: host),
        ]
        if !host.payload.isPackaged {
            let text = try host.payload.text("jupyterhub/\(HubStep.unit)")
            steps.append(
                FileStep(component, ManagedFile("/etc/systemd/system/\(HubStep.unit)", .rendered(text)), on: host)
            )
        }
        steps.append(DirectoryStep(component, "/etc/systemd/system/\(HubStep.unit).d", on: host))
        steps.append(FileStep(component, ManagedFile(dropIn, .rendered(rendered(dropInFor: proxy))), on: host))
        return steps
    }

    private static func filesOfUnit(on host: Host) -> [String] {
        let unit = host.payload.isPackaged ? "/usr/lib/systemd/system" : "/etc/systemd/system"
        return ["\(unit)/\(HubStep.unit)", dropIn, configuration, HubSettings.path, apiToken]
    }

    /// What differs by host. The administrator's file comes after it and wins (systemd.exec(5), EnvironmentFile).
    static func rendered(dropInFor proxy: HubProxy) -> String {
        """
        # Written by diycloud. Settings of your own belong into \(HubSettings.path), which is read after this.
        [Service]
        Environment=DIYCLOUD_JUPYTERHUB_PROXY=\(proxy.setting)
        Environment=DIYCLOUD_JUPYTERHUB_USER_ENVIRONMENT=\(PythonEnvironment.Purpose.users.link)

        """
    }

    private static let seed = """
        # Settings of JupyterHub: NAME=value, as in /opt/diycloud-bridge/share/jupyterhub/README.md.
        # This file is yours: diycloud made it once and does not change it. After an edit: diycloud install jupyterhub
        #DIYCLOUD_JUPYTERHUB_KERNEL_IDLE_SECONDS=14400
        #DIYCLOUD_JUPYTERHUB_SERVER_IDLE_SECONDS=3600
        #DIYCLOUD_JUPYTERHUB_HOME_TEMPLATE=/srv/template
        #DIYCLOUD_JUPYTERHUB_EXTRA_CONFIG=/etc/diycloud-bridge/jupyterhub_extra.py

        """

    /// 256 bits, in 64 hexadecimal digits: JupyterHub takes no longer one.
    private static func newToken() -> String {
        var random = SystemRandomNumberGenerator()
        let digits = (0..<4).map { _ in
            let digits = String(random.next(), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }
        return digits.joined() + "\n"
    }
}
