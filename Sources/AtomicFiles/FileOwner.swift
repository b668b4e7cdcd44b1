import Glibc

/// An account and a group, by name.
public struct FileOwner: Sendable, Equatable, CustomStringConvertible {
    public let user: String
    public let group: String

    public init(user: String = "root", group: String = "root") {
        self.user = user
        self.group = group
    }

    public static let root = FileOwner()

    public var description: String { "\(user):\(group)" }

    /// Their numbers on this host.
    /// - Parameter path: the file that it is about, for the error.
    /// - Throws: ``AtomicFileError/unknownOwner(path:name:)``.
    public func numbers(for path: String) throws(AtomicFileError) -> (uid: UInt32, gid: UInt32) {
        if self == .root { return (0, 0) }
        var buffer = [CChar](repeating: 0, count: 1 << 16)
        var account = passwd()
        var foundAccount: UnsafeMutablePointer<passwd>?
        guard getpwnam_r(user, &account, &buffer, buffer.count, &foundAccount) == 0, foundAccount != nil else {
            throw .unknownOwner(path: path, name: user)
        }
        var entry = Glibc.group()
        var foundGroup: UnsafeMutablePointer<Glibc.group>?
        guard getgrnam_r(group, &entry, &buffer, buffer.count, &foundGroup) == 0, foundGroup != nil else {
            throw .unknownOwner(path: path, name: group)
        }
        return (account.pw_uid, entry.gr_gid)
    }
}
