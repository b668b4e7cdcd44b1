public import Identity

/// What the accounts of people look like on this host.
public struct AccountSettings: Sendable, Equatable {
    /// The directory that holds the homes (`accounts.home`); absolute, root's.
    public var home: String
    /// The log-in shell of new accounts (`accounts.shell`).
    public var shell: String
    /// What a new home begins with (`accounts.skeleton`); `nil` for an empty one.
    public var skeleton: String?
    /// The group of everybody who is ours (`accounts.group`).
    public var group: String
    /// The group of administrators of the platform (`accounts.admin_group`). It gives no power over the host.
    public var adminGroup: String
    /// The first uid of people: the greater of `UID_MIN` and what the configuration says.
    public var minimumUID: UInt32
    /// The last uid of people: `UID_MAX`.
    public var maximumUID: UInt32
    /// The permission bits of a new home.
    public var homeMode: UInt32
    /// Whether accounts must get the ageing of passwords of login.defs(5), see ``LoginDefinitions/passwordsAge``.
    public var passwordsAge: Bool

    /// - Parameters:
    ///   - configuredMinimumUID: raises `UID_MIN`, never lowers it.
    ///   - login: what login.defs(5) of this host says, see ``LoginDefinitions/read(in:)``.
    public init(
        home: String = "/home",
        shell: String = "/bin/bash",
        skeleton: String? = "/etc/skel",
        group: String = "diycloud-users",
        adminGroup: String = "diycloud-admins",
        configuredMinimumUID: UInt32 = 0,
        login: LoginDefinitions = LoginDefinitions()
    ) {
        self.home = home
        self.shell = shell
        self.skeleton = skeleton
        self.group = group
        self.adminGroup = adminGroup
        self.minimumUID = max(login.minimumUID, configuredMinimumUID)
        self.maximumUID = login.maximumUID
        self.homeMode = login.homeMode
        self.passwordsAge = login.passwordsAge
    }

    /// The home of a new account.
    public func home(of name: UserName) -> String { "\(home)/\(name)" }

    /// Groups that give power over the host on some distribution. Nobody is put into one, whatever the configuration says.
    static let powerfulGroups: Set<String> = administratorGroups.union([
        "adm", "docker", "podman", "disk", "shadow", "kmem", "lxd", "incus", "incus-admin", "libvirt", "kvm",
        "systemd-journal", "staff", "netdev", "operator", "sys", "bin", "daemon", "tty", "utmp",
    ])

    /// Those of them that the administrators of a host are in: the sudoers(5) of some distribution names them.
    static let administratorGroups: Set<String> = ["root", "sudo", "wheel", "admin", "google-sudoers"]

    /// Groups of services: who is in one reads the service's files, or may ask it for anything.
    static let serviceGroups: Set<String> = ["www-data", "nginx", "http", "diycloud-bridge", "diycloud-docker"]

    /// Whether memberships in the group are ours to change.
    func owns(group name: String) -> Bool {
        (name == group || name == adminGroup) && !Self.powerfulGroups.contains(name)
            && !Self.serviceGroups.contains(name)
    }
}
