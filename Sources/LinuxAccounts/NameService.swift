import Glibc
import HostAccounts
import Identity

/// Asks the name service switch what the files of `/etc` do not know: LDAP, systemd-homed, containers.
struct NameService {
    private let accounts = HostAccounts()

    /// Whether somebody has the name.
    /// - Throws: ``AccountProblem`` when the name service cannot answer, which is not "nobody".
    func hasAccount(_ name: UserName) throws(AccountProblem) -> Bool {
        do {
            return try accounts.account(named: name) != nil
        } catch {
            throw AccountProblem(kind: .nameService, reason: error.description)
        }
    }

    func hasGroup(_ name: UserName) -> Bool {
        Self.found { buffer, size in
            var entry = group()
            var result: UnsafeMutablePointer<group>?
            let code = getgrnam_r(name.rawValue, &entry, buffer, size, &result)
            return (code, result != nil)
        }
    }

    /// Whether a user or a group has the number.
    func isTaken(_ id: UInt32) -> Bool {
        let user = Self.found { buffer, size in
            var entry = passwd()
            var result: UnsafeMutablePointer<passwd>?
            let code = getpwuid_r(id, &entry, buffer, size, &result)
            return (code, result != nil)
        }
        return user
            || Self.found { buffer, size in
                var entry = group()
                var result: UnsafeMutablePointer<group>?
                let code = getgrgid_r(id, &entry, buffer, size, &result)
                return (code, result != nil)
            }
    }

    /// A buffer that is too small still means that there is an entry (getpwnam(3), ERANGE).
    private static func found(_ look: (UnsafeMutablePointer<CChar>, Int) -> (code: Int32, found: Bool)) -> Bool {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { buffer in
            guard let start = buffer.baseAddress else { return true }
            while true {
                let answer = look(start, buffer.count)
                if answer.code == EINTR { continue }
                return answer.found || answer.code == ERANGE
            }
        }
    }
}
