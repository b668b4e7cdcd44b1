/// What passwd(5) and shadow(5) say of a Linux account.
public struct AccountState: Hashable, Sendable {
    /// Whether there is an account of that name at all.
    public let exists: Bool
    /// 0 if there is none.
    public let uid: UInt32
    /// Whether the password was locked (`usermod -L`, `passwd -l`): its hash begins with `!`. A lone `*` is no lock: it says that
    /// the account has no password of its own, and another module may know one.
    public let locked: Bool
    /// Whether the account never had a password: its field in shadow is exactly `*`.
    public let neverHadPassword: Bool
    /// Whether pam_unix(8) would refuse the account whatever the password: the day of expiry has come, or the password is older
    /// than its maximum age and the grace period (`chage -M -I`) together.
    public let expired: Bool
    /// The day on which the account expires, in days since 1970-01-01 (UTC), if one is set (`chage -E`).
    public let expiryDay: Int64?
    /// Whether there is a shadow entry; accounts of LDAP or SSSD have none here.
    public let hasShadow: Bool

    /// An account that is not there.
    public static let absent = AccountState(
        exists: false,
        uid: 0,
        locked: false,
        expired: false,
        expiryDay: nil,
        hasShadow: false
    )

    public init(
        exists: Bool,
        uid: UInt32,
        locked: Bool,
        neverHadPassword: Bool = false,
        expired: Bool,
        expiryDay: Int64?,
        hasShadow: Bool
    ) {
        self.exists = exists
        self.uid = uid
        self.locked = locked
        self.neverHadPassword = neverHadPassword
        self.expired = expired
        self.expiryDay = expiryDay
        self.hasShadow = hasShadow
    }

    /// Whether sessions of the account may go on.
    public var isUsable: Bool { exists && !locked && !expired }

    /// Whether a first password may be set for the account.
    public var awaitsFirstPassword: Bool { isUsable && hasShadow && neverHadPassword }
}
