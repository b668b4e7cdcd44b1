/// What never changes about a container from its creation on: Docker has no call that changes labels or `HostConfig`
/// members such as these (`POST /containers/{id}/update` changes limits and the restart policy only).
public struct ContainerFacts: Sendable, Equatable {
    /// 64 hexadecimal digits.
    public let id: String
    /// What the label `org.diycloud.owner` says. It proves nothing without ``cgroupParent``: an image can carry it.
    public let ownerLabel: String?
    /// `HostConfig.CgroupParent`, which is never inherited from an image.
    public let cgroupParent: String
    /// Whether a path of the host is mounted in it, directly or by way of another container's volumes.
    public let bindsHost: Bool
    /// Where something is mounted in it.
    public let destinations: [String]
    /// The id of its image.
    public let imageID: String
}

/// What changes.
public struct ContainerState: Sendable, Equatable {
    /// `created`, `running`, `paused`, `restarting`, `removing`, `exited` or `dead`.
    public let status: String
    /// Without the leading slash.
    public let name: String
}

/// A program that was or is run in a container by `exec`.
public struct ExecFacts: Sendable, Equatable {
    public let id: String
    public let containerID: String
}

public struct NetworkFacts: Sendable, Equatable {
    public let id: String
    public let name: String
    /// The label `org.diycloud.owner`; nothing is inherited here, so it proves the owner.
    public let owner: String?
    public let driver: String
    /// `com.docker.network.bridge.name`.
    public let bridgeInterface: String?
    /// In CIDR notation.
    public let subnets: [String]
}

public struct VolumeFacts: Sendable, Equatable {
    public let name: String
    /// The label `org.diycloud.owner`.
    public let owner: String?
}

public struct ImageFacts: Sendable, Equatable {
    /// With its algorithm: `sha256:…`.
    public let id: String
    /// The label `org.diycloud.image-owner`: set by the guard on what is built and committed through it.
    public let ownerLabel: String?
    /// `name:tag`.
    public let tags: [String]
    /// `Config.Volumes`: where containers get a volume without asking for one.
    public let declaredVolumes: [String]
    /// `Config.User`; empty for root.
    public let user: String
    /// `Config.ExposedPorts`, as `80/tcp`.
    public let exposedPorts: [String]
}

/// Whose objects are there for somebody.
public enum Sight: Sendable, Equatable {
    case everything
    /// A person's own: containers need the label and the cgroup parent, networks and volumes the label.
    case own(name: String, cgroupParent: String)

    public func shows(_ container: ContainerFacts) -> Bool {
        switch self {
        case .everything: true
        case .own(let name, let parent): container.ownerLabel == name && container.cgroupParent == parent
        }
    }

    /// Whether a network or volume with this owner label is there.
    public func shows(owner: String?) -> Bool {
        switch self {
        case .everything: true
        case .own(let name, _): owner == name
        }
    }
}

/// What a name or prefix means to somebody.
public enum Resolution<Facts: Sendable>: Sendable {
    case found(Facts)
    /// Nothing that they may see; whether it exists at all stays open.
    case missing
    /// A prefix of several that they may see.
    case ambiguous
}

extension Resolution: Equatable where Facts: Equatable {}
