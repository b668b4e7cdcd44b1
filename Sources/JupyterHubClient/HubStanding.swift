/// How a person stands in JupyterHub after ``JupyterHubClient/settle(_:progress:)``.
public struct HubStanding: Sendable, Equatable {
    /// The name that was asked for.
    public let name: String
    /// Whether the bridge lets them in. Whom it does not has no tokens, groups or admin role in the hub.
    public let active: Bool
    /// Whether they have the admin role now.
    public let admin: Bool
    /// The groups that they are in now.
    public let groups: Set<String>
    /// Whether they were new to the hub.
    public let created: Bool
    /// How many tokens (of browsers and of programs) were taken from them.
    public let revokedTokens: Int
    /// Why the hub could not settle them, as a sentence; the other values are then what they were before.
    public let problem: String?

    public init(
        name: String,
        active: Bool,
        admin: Bool = false,
        groups: Set<String> = [],
        created: Bool = false,
        revokedTokens: Int = 0,
        problem: String? = nil
    ) {
        self.name = name
        self.active = active
        self.admin = admin
        self.groups = groups
        self.created = created
        self.revokedTokens = revokedTokens
        self.problem = problem
    }
}
