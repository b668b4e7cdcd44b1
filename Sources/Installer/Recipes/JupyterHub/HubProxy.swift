/// What stands before the hub and the servers.
enum HubProxy: Equatable, Sendable {
    /// configurable-http-proxy; the packages to install for it, none when it is there.
    case configurable(packages: [String])
    /// Traefik, from PyPI.
    case traefik
    /// There is none: why, and what to do.
    case none(String)

    /// As `DIYCLOUD_JUPYTERHUB_PROXY` says it.
    var setting: String { self == .traefik ? "traefik" : "chp" }

    /// Machines for which PyPI has Traefik (`uname -m`).
    static let machinesOfTraefik: Set<String> = ["x86_64", "aarch64"]

    /// The distribution's before PyPI's, since its updates come by themselves; what an administrator wrote down before both.
    /// - Parameters:
    ///   - wanted: `DIYCLOUD_JUPYTERHUB_PROXY` in the administrator's file, if it is there.
    ///   - isInstalled: whether there is a configurable-http-proxy, of the distribution or by npm.
    ///   - packages: of the distribution that bring it, nil when it has none.
    ///   - machine: `x86_64`.
    static func choose(wanted: String?, isInstalled: Bool, packages: [String]?, machine: String) -> HubProxy {
        let canTraefik = machinesOfTraefik.contains(machine)
        switch wanted {
        case "traefik" where canTraefik: return .traefik
        case "traefik": return .none("PyPI has no Traefik for \(machine). \(byNPM)")
        case "chp", nil: break
        case let other?:
            return .none("DIYCLOUD_JUPYTERHUB_PROXY in \(HubSettings.path) is \(other); it can be chp or traefik.")
        }
        if isInstalled { return .configurable(packages: []) }
        if let packages { return .configurable(packages: packages) }
        if wanted == nil, canTraefik { return .traefik }
        return .none("There is no configurable-http-proxy here, and no package of it. \(byNPM)")
    }

    private static let byNPM = "With npm: npm install --global configurable-http-proxy, then run this again."
}
