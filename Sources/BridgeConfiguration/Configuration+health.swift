public import Identity

extension Configuration {
    /// Where to ask whether a service runs; `nil` when nobody can be asked.
    ///
    /// JupyterHub answers `…/hub/health` beside its API (jupyterhub/handlers/base.py, `HealthCheckHandler`), Portainer `/api/status` without
    /// any sign-in.
    public func healthURL(of name: ServiceName) -> String? {
        guard let service = services[name] else { return nil }
        switch service.health {
        case .url(let url): return url
        case .unknown: return nil
        case .automatic: break
        }
        switch name.rawValue {
        case "jupyterhub":
            guard let api = jupyterhub.api, api.hasSuffix("/api") else { return nil }
            return api.dropLast("/api".count) + "/health"
        case "portainer":
            return portainer.url.map { "\($0)/api/status" }
        default: return nil
        }
    }
}
