/// A part of the cloud that can be installed by itself.
///
/// The order of the cases is the order of installation: what comes later may need what comes before.
public enum Component: String, CaseIterable, Codable, Sendable, Comparable {
    /// The service that knows who somebody is, its workers and units.
    case bridge
    /// The web server in front of everything, with a certificate.
    case nginx
    /// The Docker engine, and the guard between it and people.
    case docker
    /// Networks and firewall of people's containers.
    case networks
    /// Notebooks.
    case jupyterhub
    /// The pages for containers.
    case portainer
    /// The front page.
    case portal

    /// What it is, for a person who chooses.
    public var summary: String {
        switch self {
        case .bridge: "one login and one quota: the service, its workers and the reconciliation of accounts"
        case .nginx: "the web server in front of everything, with a certificate"
        case .docker: "the Docker engine, and the guard between it and people"
        case .networks: "networks and firewall of people's containers"
        case .jupyterhub: "notebooks"
        case .portainer: "the pages for containers"
        case .portal: "the front page"
        }
    }

    /// What it cannot be without.
    public var needs: Set<Component> {
        switch self {
        case .bridge: []
        case .nginx: [.bridge]
        case .docker: [.bridge]
        case .networks: [.bridge, .docker]
        case .jupyterhub: [.bridge, .nginx]
        case .portainer: [.bridge, .nginx, .docker, .networks]
        case .portal: [.bridge, .nginx]
        }
    }

    /// The given ones and all that they need, in the order of installation.
    public static func closure(of chosen: Set<Component>) -> [Component] {
        var all = chosen
        for component in chosen { all.formUnion(component.needs) }
        return all.sorted()
    }

    public static func < (left: Component, right: Component) -> Bool {
        let order = allCases
        return (order.firstIndex(of: left) ?? 0) < (order.firstIndex(of: right) ?? 0)
    }
}
