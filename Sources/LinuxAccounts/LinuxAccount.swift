/// An account as the files passwd(5) and shadow(5) have it.
public struct LinuxAccount: Sendable, Hashable {
    public let name: String
    public let uid: UInt32
    public let gid: UInt32
    /// The home directory as it is written; may be empty.
    public let home: String
    /// The log-in shell as it is written; empty means `/bin/sh` (passwd(5)).
    public let shell: String
    public let password: PasswordState
    /// The day after which nobody gets in, in days since 1970-01-01 (shadow(5)); `nil` for never.
    public let expires: Int64?

    public init(
        name: String,
        uid: UInt32,
        gid: UInt32,
        home: String,
        shell: String,
        password: PasswordState = .unusable,
        expires: Int64? = nil
    ) {
        self.name = name
        self.uid = uid
        self.gid = gid
        self.home = home
        self.shell = shell
        self.password = password
        self.expires = expires
    }

    /// Whether the account has expired.
    /// - Parameter day: today, in days since 1970-01-01.
    public func isExpired(on day: Int64) -> Bool { expires.map { $0 <= day } ?? false }

    /// Whether neither a password nor a key gets in, as `usermod -L -e 1` leaves it: locked *and* expired.
    ///
    /// Locked alone keeps the password out only; sshd and su by root go on (usermod(8), `-L`).
    public func isSwitchedOff(on day: Int64) -> Bool { password.isLocked && isExpired(on: day) }

    /// Whether the account is neither locked nor expired.
    public func isUsable(on day: Int64) -> Bool { !password.isLocked && !isExpired(on: day) }
}
