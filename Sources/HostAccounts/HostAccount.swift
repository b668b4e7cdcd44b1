public import Identity

/// An account of the host, as passwd(5) and the name service switch have it.
public struct HostAccount: Sendable, Hashable {
    public let name: UserName
    public let uid: UInt32
    public let gid: UInt32
    /// The home directory; absolute.
    public let home: String
    /// The log-in shell; absolute.
    public let shell: String

    public init(name: UserName, uid: UInt32, gid: UInt32, home: String, shell: String) {
        self.name = name
        self.uid = uid
        self.gid = gid
        self.home = home
        self.shell = shell
    }

    /// The systemd slice that holds everything the person runs (systemd.slice(5), pam_systemd(8)).
    public var slice: String { "user-\(uid).slice" }
}
