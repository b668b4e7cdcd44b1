/// How a conversation ended.
public enum PAMVerdict: Hashable, Sendable {
    /// Authentication and account phase both succeeded, for the user who was named, with the password that was given.
    case accepted
    /// The person may not sign in; `code` is PAM's return value (`_pam_types.h`), for the audit log only.
    case refused(code: Int32, phase: PAMPhase)
    /// PAM could not say; neither right nor wrong. `reason` is for the administrator.
    case unavailable(reason: String)
}

/// What was going on when a sign-in was refused.
public enum PAMPhase: UInt8, Hashable, Sendable, CaseIterable {
    /// The password was empty, too long or held a NUL; PAM never saw it.
    case password = 1
    /// pam_authenticate(3).
    case authentication
    /// PAM said yes without ever asking for the password (`pam_permit`, an empty hash with `nullok`).
    case neverAsked
    /// A module changed PAM_USER.
    case userChanged
    /// pam_acct_mgmt(3).
    case account
    /// pam_chauthtok(3).
    case newPassword
}
