public import HostChanges

/// What a component consists of on this host.
public protocol Recipe: Sendable {
    static var component: Component { get }

    /// Its steps in order. Looks at the host as far as that is needed to know them; changes nothing.
    static func steps(on host: Host) async throws -> [any Step]
}
