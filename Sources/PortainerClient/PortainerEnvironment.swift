/// An environment (an endpoint, in the API's words): a Docker engine that Portainer shows.
public struct PortainerEnvironment: Sendable, Equatable {
    public let id: Int
    public let name: String
    /// 1 is Docker without an agent, local or over TCP.
    public let type: Int
    public var url: String
    /// The host name shown for published ports; empty for that of `url`.
    public var publicHost: String
    public let group: Int
    public var usesTLS: Bool
    /// Whether anybody's certificate is taken for the engine's.
    public var skipsVerification: Bool
    /// Whether the last snapshot failed (Status 2). It stays so until the next good one, although calls work again.
    public var isDown: Bool
    /// The ids of users and teams who may enter it.
    public var users: Set<Int>
    public var teams: Set<Int>
    /// The switches that this version knows.
    public var switches: [EnvironmentSwitch: Bool]

    public init(
        id: Int,
        name: String,
        type: Int = PortainerEnvironment.docker,
        url: String,
        publicHost: String = "",
        group: Int = 1,
        usesTLS: Bool = true,
        skipsVerification: Bool = false,
        isDown: Bool = false,
        users: Set<Int> = [],
        teams: Set<Int> = [],
        switches: [EnvironmentSwitch: Bool] = [:]
    ) {
        self.id = id
        self.name = name
        self.type = type
        self.url = url
        self.publicHost = publicHost
        self.group = group
        self.usesTLS = usesTLS
        self.skipsVerification = skipsVerification
        self.isDown = isDown
        self.users = users
        self.teams = teams
        self.switches = switches
    }

    public static let docker = 1
}

/// A group of environments. Who may enter the group may enter all that is in it.
public struct PortainerGroup: Sendable, Hashable {
    public let id: Int
    public let name: String
    public let users: Set<Int>
    public let teams: Set<Int>

    public init(id: Int, name: String, users: Set<Int> = [], teams: Set<Int> = []) {
        self.id = id
        self.name = name
        self.users = users
        self.teams = teams
    }
}

/// How Portainer shows itself to Docker: three files in PEM.
public struct ClientCertificate: Sendable, Equatable {
    /// Who signed the engine's certificate.
    public let authority: [UInt8]
    public let certificate: [UInt8]
    /// Secret.
    public let key: [UInt8]

    public init(authority: [UInt8], certificate: [UInt8], key: [UInt8]) {
        self.authority = authority
        self.certificate = certificate
        self.key = key
    }
}
