public import DockerCertificates
public import Identity

/// What there is of Docker on this host, as one look found it.
public struct DockerReading: Sendable, Equatable {
    /// A container that belongs to a person.
    public struct Container: Sendable, Hashable {
        /// All 64 digits of it.
        public let id: String
        public let name: String
        public let owner: UserName
        public let isRunning: Bool
        public let isPaused: Bool

        public init(id: String, name: String, owner: UserName, isRunning: Bool, isPaused: Bool) {
            self.id = id
            self.name = name
            self.owner = owner
            self.isRunning = isRunning
            self.isPaused = isPaused
        }
    }

    public var certificates: CertificateStanding
    /// `nil` when the engine could not be asked.
    public var containers: [Container]?
    /// Whether containers are kept from the host's own services; `nil` when that cannot be told.
    public var firewallHolds: Bool?
    /// What people's containers and volumes take, in bytes; empty when nobody has counted.
    public var bytes: [UserName: ByteCount]
    /// Who may open the engine's own socket, past the guard.
    public var engineGroup: Set<String>
    /// What could not be looked at, and what to do about it.
    public var troubles: [Trouble]

    public struct Trouble: Sendable, Hashable {
        public let kind: String
        public let text: String
        public let remedy: String?

        public init(kind: String, text: String, remedy: String?) {
            self.kind = kind
            self.text = text
            self.remedy = remedy
        }
    }

    public init(
        certificates: CertificateStanding = CertificateStanding(),
        containers: [Container]? = [],
        firewallHolds: Bool? = true,
        bytes: [UserName: ByteCount] = [:],
        engineGroup: Set<String> = [],
        troubles: [Trouble] = []
    ) {
        self.certificates = certificates
        self.containers = containers
        self.firewallHolds = firewallHolds
        self.bytes = bytes
        self.engineGroup = engineGroup
        self.troubles = troubles
    }
}
