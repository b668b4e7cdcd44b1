/// What the password field of shadow(5) says, without the hash itself.
public enum PasswordState: Sendable, Hashable {
    /// Empty: no password is asked for.
    case none
    /// `!` and a hash or an unusable password behind it.
    case locked
    /// `!` or `!!` and nothing behind it, as useradd leaves it; usermod(8) `-U` refuses that.
    case lockedWithoutPassword
    /// A hash.
    case set
    /// No password can match (`*`), or there is no entry in shadow. Keys and other ways of signing in go on.
    case unusable

    /// Whether the field begins with `!`.
    public var isLocked: Bool { self == .locked || self == .lockedWithoutPassword }
}
