/// Which passwords may be given to libcrypt and libpam at all.
///
/// Both take C strings and cut at NUL; libcrypt refuses 512 bytes and more (crypt(3), `CRYPT_MAX_PASSPHRASE_SIZE`),
/// PAM's own limit is the same (`PAM_MAX_RESP_SIZE`); an empty one is the right one for an account without a password
/// (`nullok`).
public enum PasswordRule {
    /// The longest password, in bytes of UTF-8.
    public static let maximumLength = 511

    public static func allows(_ password: String) -> Bool {
        let bytes = password.utf8
        return !bytes.isEmpty && bytes.count <= maximumLength && !bytes.contains(0)
    }
}
