import Glibc

/// Names of accounts and groups for a set of files, and back.
struct AccountNames: Equatable {
    let owners: [String]
    let groups: [String]

    init(owners: [String], groups: [String]) {
        self.owners = owners
        self.groups = groups
    }

    /// Of what a tree's entries belong to; a number that has no name stays a number.
    init(of entries: [TreeEntry]) {
        owners = Set(entries.map(\.uid)).map(Self.user).sorted()
        groups = Set(entries.map(\.gid)).map(Self.group).sorted()
    }

    /// What this host does not know.
    var missing: [String] {
        owners.filter { Self.uid($0) == nil } + groups.filter { Self.gid($0) == nil }.map { "group \($0)" }
    }

    var uids: Set<UInt32> { Set(owners.compactMap(Self.uid)) }
    var gids: Set<UInt32> { Set(groups.compactMap(Self.gid)) }

    static func uid(_ name: String) -> UInt32? { getpwnam(name)?.pointee.pw_uid ?? number(name) }
    static func gid(_ name: String) -> UInt32? { getgrnam(name)?.pointee.gr_gid ?? number(name) }

    /// An account that had no name where it was saved is a number wherever it goes.
    private static func number(_ name: String) -> UInt32? { name.hasPrefix("#") ? UInt32(name.dropFirst()) : nil }

    static func user(_ uid: UInt32) -> String {
        getpwuid(uid).flatMap { $0.pointee.pw_name.map { String(cString: $0) } } ?? "#\(uid)"
    }

    static func group(_ gid: UInt32) -> String {
        getgrgid(gid).flatMap { $0.pointee.gr_name.map { String(cString: $0) } } ?? "#\(gid)"
    }
}
