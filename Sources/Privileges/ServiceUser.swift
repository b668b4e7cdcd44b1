import Glibc

/// The account without privileges that `serve` runs as.
public struct ServiceUser: Hashable, Sendable {
    public let name: String
    public let uid: UInt32
    public let gid: UInt32
    /// All groups of the account, the primary one included.
    public let groups: [UInt32]

    /// Looks the account up.
    /// - Throws: ``PrivilegeError/unknownUser(_:)``, ``PrivilegeError/userIsRoot(_:)`` or ``PrivilegeError/userLookupFailed(_:errno:)``.
    public init(named name: String) throws(PrivilegeError) {
        let (uid, gid) = try Self.identifiers(of: name)
        guard uid != 0, gid != 0 else { throw .userIsRoot(name) }
        self.name = name
        self.uid = uid
        self.gid = gid
        self.groups = Self.groups(of: name, primary: gid)
    }

    /// Looks the account up, and gives it other groups than group(5) does.
    /// - Parameter groups: beside its primary one.
    /// - Throws: as ``init(named:)``.
    public init(named name: String, supplementaryGroups groups: [UInt32]) throws(PrivilegeError) {
        let (uid, gid) = try Self.identifiers(of: name)
        guard uid != 0, gid != 0 else { throw .userIsRoot(name) }
        self.name = name
        self.uid = uid
        self.gid = gid
        self.groups = [gid] + groups.filter { $0 != gid && $0 != 0 }
    }

    private static func identifiers(of name: String) throws(PrivilegeError) -> (uid_t, gid_t) {
        var buffer = [CChar](repeating: 0, count: 4096)
        while true {
            var entry = passwd()
            var found: UnsafeMutablePointer<passwd>?
            let problem = getpwnam_r(name, &entry, &buffer, buffer.count, &found)
            if found != nil { return (entry.pw_uid, entry.pw_gid) }
            switch problem {
            case ERANGE where buffer.count < 1 << 20: buffer = [CChar](repeating: 0, count: buffer.count * 4)
            case 0, ENOENT, ESRCH: throw .unknownUser(name)
            default: throw .userLookupFailed(name, errno: problem)
            }
        }
    }

    private static func groups(of name: String, primary: gid_t) -> [gid_t] {
        var count: Int32 = 64
        while true {
            let room = Int(count)
            var groups = [gid_t](repeating: 0, count: room)
            let found = getgrouplist(name, primary, &groups, &count)
            if found >= 0 { return Array(groups.prefix(Int(count))) }
            // getgrouplist(3) says how many there are, but older libraries do not.
            count = max(count, Int32(room) * 2)
        }
    }
}
