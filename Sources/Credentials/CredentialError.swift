/// Why a password could be neither set nor checked. None of these says anything about the password being right.
public enum CredentialError: Error, Equatable, CustomStringConvertible {
    /// libcrypt offers no method that is strong enough.
    case noStrongMethod(tried: [HashMethod])
    /// libcrypt failed, which it does for want of memory only once it has worked.
    case hashingFailed
    /// Too many passwords wait to be checked.
    case overloaded
    /// Empty, longer than ``PasswordRule/maximumLength`` or with a NUL.
    case unacceptablePassword

    public var description: String {
        switch self {
        case .noStrongMethod(let tried):
            """
            libcrypt of this system offers none of \(tried.map(\.rawValue).joined(separator: ", ")). \
            Install libxcrypt 4.4 or newer (Debian: libcrypt1; Fedora: libxcrypt), or take "store" out of authentication.sources.
            """
        case .hashingFailed: "libcrypt could not hash a password; is there memory left?"
        case .overloaded: "too many passwords are being checked at once; try again in a few seconds"
        case .unacceptablePassword:
            "a password has 1 to \(PasswordRule.maximumLength) bytes and no NUL"
        }
    }
}
