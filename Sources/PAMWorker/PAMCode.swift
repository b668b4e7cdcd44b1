import CPAM
import PAMProtocol

/// What PAM's return values mean for a sign-in (`_pam_types.h`).
enum PAMCode {
    /// Whether the code says "not this person" rather than "cannot tell". What is not listed is "cannot tell": it is no success, and it
    /// does not count against the person either.
    static func isRefusal(_ code: Int32, in phase: PAMPhase) -> Bool {
        switch code {
        case PAM_AUTH_ERR, PAM_USER_UNKNOWN, PAM_MAXTRIES, PAM_CRED_INSUFFICIENT, PAM_PERM_DENIED, PAM_ACCT_EXPIRED,
            PAM_AUTHTOK_EXPIRED, PAM_NEW_AUTHTOK_REQD:
            true
        case PAM_AUTHTOK_ERR, PAM_AUTHTOK_RECOVERY_ERR, PAM_TRY_AGAIN:
            // A new password that the site's rules refuse, as often as the module lets one try.
            phase == .newPassword
        default:
            false
        }
    }
}
