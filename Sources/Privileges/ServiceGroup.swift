import Glibc

/// A group of the host, such as the one that nginx runs in.
public struct ServiceGroup: Hashable, Sendable {
    public let name: String
    public let gid: UInt32
    /// The users whom group(5) lists; those who have it as their primary group are not among them.
    public let members: Set<UInt32>

    /// Looks the group up.
    /// - Throws: ``UnknownGroupError``.
    public init(named name: String) throws(UnknownGroupError) {
        var entry = group()
        var found: UnsafeMutablePointer<group>?
        var buffer = [CChar](repeating: 0, count: 64 * 1024)
        guard getgrnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil else {
            throw UnknownGroupError(name: name)
        }
        self.name = name
        self.gid = entry.gr_gid
        var members: Set<UInt32> = []
        var next = entry.gr_mem
        while let member = next?.pointee {
            if let user = try? ServiceUser(named: String(cString: member)) { members.insert(user.uid) }
            next = next?.advanced(by: 1)
        }
        self.members = members
    }
}
