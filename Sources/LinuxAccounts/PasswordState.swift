/// What the password field of shadow(5) says, without the hash itself.
public enum PasswordState: Sendable, Hashable {
    /// Empty: no password is asked for.
    case none
    /// `!` with a hash behind it.
    case locked
    /// `!` or `!!` with nothing behind it, or no entry in shadow at all.
    case lockedWithoutPassword
    /// `!*`: what locking makes of ``unusable``, and what systemd-sysusers(8) begins with.
    case lockedUnusable
    /// A hash.
    case set
    /// No password can match (`*`). Keys and other ways of signing in go on.
    case unusable

    /// Whether the field begins with `!`.
    public var isLocked: Bool { self == .locked || isLockedForNothing }

    /// Whether there is no password behind the lock. `usermod -U` refuses to take such a lock away, or leaves an account
    /// that asks for none.
    var isLockedForNothing: Bool { self == .lockedWithoutPassword || self == .lockedUnusable }
}
