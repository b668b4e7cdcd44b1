public import Identity

/// Who makes a call, and what they may use.
public struct Caller: Sendable, Equatable {
    /// How far a caller's hands reach.
    public enum Power: String, Sendable, CaseIterable {
        /// Sees and touches their own objects.
        case person
        /// An administrator under `docker.administrators: restricted`: sees, inspects, stops and removes everything, but
        /// creates and executes under everybody's rules.
        case overseer
        /// An administrator under `docker.administrators: unrestricted`: every known call.
        case administrator
        /// Peer uid 0, who could use the engine's own socket.
        case root
    }

    /// How the caller came in.
    public enum Entrance: String, Sendable, CaseIterable {
        /// The guard's unix socket; identity is the peer's uid.
        case socket
        /// TLS; identity is the CN of a valid client certificate. This is how Portainer comes.
        case certificate
    }

    /// The person; for ``Power/root`` any name, it is not looked at.
    public var name: UserName
    public var uid: UInt32
    public var gid: UInt32
    /// Home directory as the account has it; nil when the account has none that may be bound.
    public var home: String?
    /// What the person may use at most.
    public var quota: Quota
    /// The most tasks (processes and threads) of one container, 1 or more.
    public var tasks: Int
    /// `HostConfig.CgroupParent` of everything that the person starts.
    public var cgroupParent: String
    public var power: Power
    public var entrance: Entrance

    public init(
        name: UserName,
        uid: UInt32,
        gid: UInt32,
        home: String?,
        quota: Quota,
        tasks: Int,
        cgroupParent: String,
        power: Power,
        entrance: Entrance
    ) {
        self.name = name
        self.uid = uid
        self.gid = gid
        self.home = home
        self.quota = quota
        self.tasks = tasks
        self.cgroupParent = cgroupParent
        self.power = power
        self.entrance = entrance
    }

    /// Whether bodies, arguments and answers go unjudged (``Power/administrator`` and ``Power/root``).
    public var isUnrestricted: Bool { power == .administrator || power == .root }
    /// Whether objects of other people are visible.
    public var seesEverything: Bool { power != .person }
}
