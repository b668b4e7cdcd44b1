/// What holds for every person of this host, from the configuration and from the engine itself.
public struct GuardSettings: Sendable, Equatable {
    /// Addresses on which ports may be published (`docker.published_addresses`); the first is the default.
    public var publishedAddresses: [String]
    /// The lowest port of the host that may be published, 1 to 65535 (`docker.lowest_port`).
    public var lowestPort: Int
    /// Whether a person may bind their own home directory (`docker.home_binds`).
    public var allowsHomeBinds: Bool
    /// Whether containers get processor limits of their own besides the slice's: on cgroup v2 only, because on v1 a child's
    /// quota hinders lowering that of the slice.
    public var limitsCPU: Bool
    /// Processors of the engine's host, 1 or more.
    public var engineCPUs: Int
    /// Main memory of the engine's host, in bytes.
    public var engineMemory: Int64
    /// Whether root of a container is nobody on the host (`userns-remap` in the engine's `daemon.json`). A container with a home of the
    /// host, which has no root, then stays out of that name space.
    public var remapsUsers: Bool
    /// Whether people get containers only while ``remapsUsers`` (`docker.user_namespace`).
    public var requiresRemap: Bool
    /// Whether the storage driver can hold `StorageOpt.size` (overlay2 on XFS with pquota, btrfs, zfs).
    public var canLimitStorage: Bool

    public init(
        publishedAddresses: [String],
        lowestPort: Int,
        allowsHomeBinds: Bool,
        limitsCPU: Bool,
        engineCPUs: Int,
        engineMemory: Int64,
        canLimitStorage: Bool,
        remapsUsers: Bool = false,
        requiresRemap: Bool = false
    ) {
        self.publishedAddresses = publishedAddresses
        self.lowestPort = lowestPort
        self.allowsHomeBinds = allowsHomeBinds
        self.limitsCPU = limitsCPU
        self.engineCPUs = engineCPUs
        self.engineMemory = engineMemory
        self.canLimitStorage = canLimitStorage
        self.remapsUsers = remapsUsers
        self.requiresRemap = requiresRemap
    }
}
