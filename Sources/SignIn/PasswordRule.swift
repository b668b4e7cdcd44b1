/// What a password may be before any module sees it.
///
/// PAM takes C strings, so a NUL would cut the password short; libcrypt and PAM take at most 511 bytes (`PAM_MAX_RESP_SIZE`,
/// crypt(3)), and pam_unix blocked on longer ones (CVE-2015-3238); an empty one passes accounts with an empty hash
/// under `nullok` (pam_unix(8)).
public enum PasswordRule {
    /// The longest password, in bytes of UTF-8.
    public static let limit = 511

    public static func allows(_ password: String) -> Bool {
        let bytes = password.utf8
        return !bytes.isEmpty && bytes.count <= limit && !bytes.contains(0)
    }
}
