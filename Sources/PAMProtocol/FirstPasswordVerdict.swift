/// What became of the first password of an account. No reason holds it.
public enum FirstPasswordVerdict: Hashable, Sendable {
    /// PAM took it, and shadow holds a hash now.
    case set
    /// The account is none whose password may be set here, or has one by now; nothing was touched. For the audit log.
    case notWanted(reason: String)
    /// PAM's password stack did not take it; `reason` holds what its modules said. For the audit log.
    case refused(reason: String)
    /// Nobody could say whether the account may get one, or PAM is away. For the administrator.
    case unavailable(reason: String)
}
