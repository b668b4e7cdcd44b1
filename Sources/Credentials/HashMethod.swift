/// How passwords are hashed when they are set. What was hashed before by another method is still checked.
public enum HashMethod: String, Sendable, CaseIterable {
    /// yescrypt at libxcrypt's own cost, which is also what Debian, Fedora and Arch put into /etc/shadow.
    case yescrypt
    /// SHA-512 with 656,000 rounds (about half a second), for a libcrypt without yescrypt: libxcrypt before 4.3 as in
    /// Red Hat Enterprise Linux 8, and builds that allow FIPS methods only.
    case sha512

    /// The prefix of a setting (crypt(5)).
    var prefix: String {
        switch self {
        case .yescrypt: "$y$"
        case .sha512: "$6$"
        }
    }

    /// The cost that crypt_gensalt(3) is asked for; 0 is the library's default.
    var cost: UInt {
        switch self {
        case .yescrypt: 0
        case .sha512: 656_000
        }
    }
}
