import BridgeConfiguration
import Identity

/// A service as the portal shows it to one person.
struct ServiceTile: Encodable {
    let name: String
    let title: String
    let description: String
    let url: String
    /// `up`, `starting`, `down`, `unknown`, or `not-for-you`.
    let state: String
    /// When the bridge first found it so, in seconds since 1970; `null` when it does not know.
    @ExplicitNull var since: Int64?
}

extension BridgeParts {
    /// All services, by name, with what people of `role` may know of each. Those that they may not use are not asked for them.
    func tiles(for role: Role) async -> [ServiceTile] {
        let configuration = configuration
        let allowed = configuration.services.filter { $0.value.roles.contains(role) }
        let urls = allowed.keys.compactMap { name in configuration.healthURL(of: name).map { (name, $0) } }
        let sights = await states.look(at: Dictionary(uniqueKeysWithValues: urls))
        return configuration.services.sorted { $0.key < $1.key }.map { name, service in
            let sight = sights[name] ?? .unknown
            return ServiceTile(
                name: name.rawValue,
                title: service.title,
                description: service.description,
                url: service.url,
                state: allowed[name] == nil ? "not-for-you" : sight.state.rawValue,
                since: allowed[name] == nil ? nil : sight.since
            )
        }
    }
}
