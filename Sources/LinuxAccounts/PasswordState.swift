/// What the password field of shadow(5) says, without the hash itself.
public enum PasswordState: Sendable, Hashable {
    /// Empty: no password is asked for.
    case none
    /// `!` with a hash behind it.
    case locked
    /// `!` or `!!` with nothing or `*` behind it, or no entry in shadow at all.
    case lockedWithoutPassword
    /// A hash.
    case set
    /// No password can match (`*`). Keys and other ways of signing in go on.
    case unusable

    /// Whether the field begins with `!`.
    public var isLocked: Bool { self == .locked || self == .lockedWithoutPassword }
}
