/// What a container's body names, before anybody has looked whether it exists and to whom it belongs.
public struct ContainerReferences: Sendable, Equatable {
    /// The image as the client wrote it.
    public var image: String
    /// Containers by name, id or prefix: modes `container:`, `VolumesFrom`, `Links`.
    public var containers: Set<String> = []
    /// Networks by name, id or prefix; not `default`, `bridge`, `none`, `host`.
    public var networks: Set<String> = []
    /// Volumes by name; not anonymous ones.
    public var volumes: Set<String> = []
    /// Whether the container goes into the person's default network.
    public var usesDefaultNetwork = false
}

/// A container that the caller may name in a body.
public struct OwnContainer: Sendable, Equatable {
    /// The full id.
    public var id: String
    /// The name without the leading slash.
    public var name: String
    /// Whether a directory of the host is mounted in it (the person's home).
    public var bindsHost: Bool
    /// Where its volumes are mounted (`Mounts[].Destination` of the inspection).
    public var destinations: [String]

    public init(id: String, name: String, bindsHost: Bool, destinations: [String] = []) {
        self.id = id
        self.name = name
        self.bindsHost = bindsHost
        self.destinations = destinations
    }
}

/// What became of ``ContainerReferences``: only what the caller may use is in here. A reference that is missing is answered
/// as if there were no such thing.
public struct ResolvedReferences: Sendable, Equatable {
    /// By the reference as it was written.
    public var containers: [String: OwnContainer]
    /// Full ids, by the reference as it was written.
    public var networks: [String: String]
    /// Id (or name) of the person's own default network; nil when ``ContainerReferences/usesDefaultNetwork`` is false.
    public var defaultNetwork: String?
    /// `Config.Volumes` of the image.
    public var declaredVolumes: [String]
    /// `Config.ExposedPorts` of the image (for `docker run -P`).
    public var exposedPorts: [String]

    public init(
        containers: [String: OwnContainer] = [:],
        networks: [String: String] = [:],
        defaultNetwork: String? = nil,
        declaredVolumes: [String] = [],
        exposedPorts: [String] = []
    ) {
        self.containers = containers
        self.networks = networks
        self.defaultNetwork = defaultNetwork
        self.declaredVolumes = declaredVolumes
        self.exposedPorts = exposedPorts
    }

    /// - Throws: the engine's 404.
    func container(_ reference: String) throws(DockerRefusal) -> OwnContainer {
        guard let container = containers[reference] else { throw .noSuchContainer(reference) }
        return container
    }

    /// - Throws: the engine's 404.
    func network(_ reference: String) throws(DockerRefusal) -> String {
        guard let network = networks[reference] else { throw .noSuchNetwork(reference) }
        return network
    }

    /// - Throws: 503 when nobody made the network.
    func personalNetwork() throws(DockerRefusal) -> String {
        guard let defaultNetwork else {
            throw DockerRefusal(
                status: 503,
                message: "Your own network is not there yet. Try again in a moment.",
                reason: "no-default-network"
            )
        }
        return defaultNetwork
    }
}

/// A container's body as the engine gets it.
public struct JudgedCreation: Sendable, Equatable {
    /// The name for the query, without a leading slash; nil leaves it to the engine.
    public var name: String?
    /// The body to send.
    public var body: JSONObject
    /// Named volumes that have to be the caller's (made with the owner label when missing) before the create; sorted.
    public var volumesToClaim: [String]
    /// Whether the person's home is bound, so that execs and archives have their own rules.
    public var bindsHome: Bool
}
