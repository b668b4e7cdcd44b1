public import struct Foundation.Date

/// A person as JupyterHub's database has them.
public struct HubUser: Sendable, Equatable {
    /// Their name. JupyterHub allows more than Linux does: anything without a slash, not only dots.
    public let name: String
    /// Whether they have JupyterHub's admin role.
    public let admin: Bool
    /// The names of their groups.
    public let groups: Set<String>
    /// Their servers that run, start or stop, by name; stopped ones are left out.
    public let servers: [HubServer]
    /// When the hub last saw something of theirs.
    public let lastActivity: Date?

    public init(name: String, admin: Bool, groups: Set<String>, servers: [HubServer] = [], lastActivity: Date? = nil) {
        self.name = name
        self.admin = admin
        self.groups = groups
        self.servers = servers
        self.lastActivity = lastActivity
    }
}
