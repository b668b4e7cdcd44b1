import CCrypt
import Glibc

/// libcrypt, one call at a time. Slow by intent: never call it from the cooperative thread pool, see ``HashingQueue``.
struct PasswordHasher: Sendable {
    let method: HashMethod

    /// Takes the first method that this system really has, found out by hashing something.
    /// - Throws: ``CredentialError/noStrongMethod(tried:)``.
    init(preferring methods: [HashMethod] = HashMethod.allCases) throws(CredentialError) {
        for method in methods where Self.hash("probe", method) != nil {
            self.method = method
            return
        }
        throw .noStrongMethod(tried: methods)
    }

    /// - Returns: a hash with a new random salt, `nil` when libcrypt fails.
    func hash(_ password: String) -> String? { Self.hash(password, method) }

    /// Whether the password is the one of a hash, compared in constant time. `false` for a hash that libcrypt does not
    /// understand.
    func isPassword(_ password: String, of hash: String) -> Bool {
        guard let computed = Self.crypt(password, setting: hash) else { return false }
        return ConstantTime.areEqual(computed.utf8, hash.utf8)
    }

    private static func hash(_ password: String, _ method: HashMethod) -> String? {
        guard let setting = crypt_gensalt_ra(method.prefix, method.cost, nil, 0) else { return nil }
        defer { free(setting) }
        let text = String(cString: setting)
        // An old libcrypt ignores a prefix that it does not know.
        guard text.hasPrefix(method.prefix) else { return nil }
        return crypt(password, setting: text)
    }

    /// crypt_ra(3), which allocates its own work space; that and our copy of the password are wiped.
    private static func crypt(_ password: String, setting: String) -> String? {
        guard PasswordRule.allows(password) else { return nil }
        var workSpace: UnsafeMutableRawPointer?
        var size: Int32 = 0
        defer {
            if let workSpace {
                explicit_bzero(workSpace, Int(size))
                free(workSpace)
            }
        }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: PasswordRule.maximumLength + 1) { phrase in
            guard let start = phrase.baseAddress else { return nil }
            phrase.initialize(repeating: 0)
            defer { explicit_bzero(start, phrase.count) }
            for (offset, byte) in password.utf8.enumerated() { phrase[offset] = CChar(bitPattern: byte) }
            guard let result = crypt_ra(start, setting, &workSpace, &size) else { return nil }
            let text = String(cString: result)
            return text.hasPrefix("*") ? nil : text
        }
    }
}
