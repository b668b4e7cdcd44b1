public import HostChanges
public import Installer

/// The checks for what is installed on a host.
public enum Checks {
    /// - Parameter recipes: of all components, in their order.
    public static func all(on host: Host, recipes: [any Recipe.Type]) async -> [any Check] {
        let components = await host.record.manifest.components
        var checks: [any Check] = [
            LegacyCheck(host: host), ClockCheck(programs: host.programs), DiskCheck(),
            CgroupCheck(root: host.files.root), ModesCheck(root: host.files.root),
            DockerAccessCheck(root: host.files.root),
        ]
        for recipe in recipes where components.contains(recipe.component) {
            checks.append(InstallationCheck(recipe, on: host))
        }
        if components.contains(.bridge) {
            let bridge = BridgeProgram(programs: host.programs)
            checks += [
                ConfigurationCheck(bridge: bridge), ReadinessCheck(host: host), UnitsCheck(programs: host.programs),
                StoreDoubtsCheck(bridge: bridge), DriftCheck(bridge: bridge),
            ]
        }
        if components.contains(.nginx) {
            checks += [
                ProxyConfigurationCheck(programs: host.programs), CertificateCheck(host: host),
                ProxyProbeCheck(name: ServerCertificate(on: host).name, paths: probed(components)),
            ]
        }
        return checks
    }

    /// Addresses that answer nobody who has not signed in.
    private static func probed(_ components: Set<Component>) -> [String] {
        var paths = ["/api/v1/me", "/api/v1/people", "/api/v1/findings"]
        if components.contains(.jupyterhub) { paths.append("/jupyter/hub/api/user") }
        if components.contains(.portainer) { paths.append("/portainer/api/endpoints") }
        return paths
    }
}
