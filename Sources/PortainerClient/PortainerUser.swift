/// An account of Portainer.
public struct PortainerUser: Sendable, Hashable {
    public let id: Int
    /// As Portainer stores it. Names are matched in any letter case.
    public let name: String
    public let isAdmin: Bool

    public init(id: Int, name: String, isAdmin: Bool) {
        self.id = id
        self.name = name
        self.isAdmin = isAdmin
    }

    /// The account that Portainer makes at its first start. It may sign in with its password whatever the settings say.
    public static let firstAdministrator = 1
}

/// A team, by its name.
public struct PortainerTeam: Sendable, Hashable {
    public let id: Int
    public let name: String

    public init(id: Int, name: String) {
        self.id = id
        self.name = name
    }
}

/// That a user is in a team.
public struct PortainerMembership: Sendable, Hashable {
    public let id: Int
    public let user: Int
    public let team: Int

    public init(id: Int, user: Int, team: Int) {
        self.id = id
        self.user = user
        self.team = team
    }
}

/// An access token of a user (an API key), without its secret.
public struct PortainerKey: Sendable, Hashable {
    public let id: Int
    public let description: String
    /// The first few characters of the secret.
    public let prefix: String

    public init(id: Int, description: String, prefix: String) {
        self.id = id
        self.description = description
        self.prefix = prefix
    }
}
