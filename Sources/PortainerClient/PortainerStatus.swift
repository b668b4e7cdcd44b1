/// What Portainer says of itself to anybody.
public struct PortainerStatus: Sendable, Equatable {
    public let version: PortainerVersion
    /// Which database it is; the same after a restart, another after a fresh installation.
    public let instance: String

    public init(version: PortainerVersion, instance: String) {
        self.version = version
        self.instance = instance
    }
}
