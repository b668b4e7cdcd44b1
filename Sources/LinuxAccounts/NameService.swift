import Glibc
import HostAccounts
import Identity

/// Asks the name service switch what the files of `/etc` do not know: LDAP, systemd-homed, containers.
struct NameService {
    private let accounts = HostAccounts()
    /// As long as the longest line of `/etc/group`: glibc wants room for each line that it passes over.
    private var buffer = [CChar](repeating: 0, count: 1 << 14)

    private static let longestBuffer = 1 << 26

    /// Whether numbers and groups can come from elsewhere than the files.
    ///
    /// systemd's service gives no number of the people's range (systemd's UIDS-GIDS.md), and 40,000 questions that it
    /// answers with no took half of the time of making 10,000 accounts.
    private let hasDirectory: Bool

    /// - Parameter etc: where `nsswitch.conf` is.
    init(etc: String) {
        var services: Set<String> = []
        try? ColonFile(path: "\(etc)/nsswitch.conf").forEachLine { fields in
            guard fields.count > 1, ["passwd", "group"].contains(ColonFile.text(fields[0])) else { return }
            services.formUnion(ColonFile.text(fields[1]).split(whereSeparator: \.isWhitespace).map(String.init))
        }
        hasDirectory = services.contains { $0 != "files" && $0 != "systemd" && !$0.hasPrefix("[") }
    }

    /// Whether somebody has the name.
    /// - Throws: ``AccountProblem`` when the name service cannot answer, which is not "nobody".
    func hasAccount(_ name: UserName) throws(AccountProblem) -> Bool {
        do {
            return try accounts.account(named: name) != nil
        } catch {
            throw AccountProblem(kind: .nameService, reason: error.description)
        }
    }

    /// Whether a directory knows a group of that name; what the files have, the snapshot knows.
    mutating func hasGroup(_ name: UserName) -> Bool {
        guard hasDirectory else { return false }
        return found { buffer, size in
            var entry = group()
            var result: UnsafeMutablePointer<group>?
            let code = getgrnam_r(name.rawValue, &entry, buffer, size, &result)
            return (code, result != nil)
        }
    }

    /// Whether a user or a group of a directory has the number; what the files have, the snapshot knows.
    mutating func isTaken(_ id: UInt32) -> Bool {
        guard hasDirectory else { return false }
        let user = found { buffer, size in
            var entry = passwd()
            var result: UnsafeMutablePointer<passwd>?
            let code = getpwuid_r(id, &entry, buffer, size, &result)
            return (code, result != nil)
        }
        return user
            || found { buffer, size in
                var entry = group()
                var result: UnsafeMutablePointer<group>?
                let code = getgrgid_r(id, &entry, buffer, size, &result)
                return (code, result != nil)
            }
    }

    private mutating func found(_ look: (UnsafeMutablePointer<CChar>, Int) -> (code: Int32, found: Bool)) -> Bool {
        while true {
            let size = buffer.count
            let answer: (code: Int32, found: Bool) = buffer.withUnsafeMutableBufferPointer { bytes in
                bytes.baseAddress.map { look($0, size) } ?? (0, true)
            }
            switch answer.code {
            case EINTR: continue
            case ERANGE where size < Self.longestBuffer: buffer = [CChar](repeating: 0, count: size * 4)
            default: return answer.found
            }
        }
    }
}
