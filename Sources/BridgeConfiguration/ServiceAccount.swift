import Glibc

/// The account that `serve` runs as, as far as file permissions need it.
struct ServiceAccount: Equatable {
    let name: String
    let user: uid_t
    /// The primary group.
    let group: gid_t
    /// All groups, the primary one included.
    let groups: [gid_t]

    /// Whether the permission bits let the account do all of `rights` (path_resolution(7)): the bits of the first class that it belongs to
    /// count, of owner, group and others, even when a later one would allow more.
    func may(_ rights: FileRights, _ status: FileStatus) -> Bool {
        if user == 0 { return true }
        let shift: mode_t = status.owner == user ? 6 : groups.contains(status.group) ? 3 : 0
        return FileRights(rawValue: status.mode >> shift & 0o7).isSuperset(of: rights)
    }
}

extension ServiceAccount {
    /// - Returns: `nil` when there is no such account.
    init?(named name: String) {
        guard let entry = getpwnam(name) else { return nil }
        let group = entry.pointee.pw_gid
        self.init(
            name: name,
            user: entry.pointee.pw_uid,
            group: group,
            groups: Self.groups(of: name, primary: group)
        )
    }

    private static func groups(of name: String, primary: gid_t) -> [gid_t] {
        var count: Int32 = 64
        while true {
            let room = Int(count)
            var groups = [gid_t](repeating: 0, count: room)
            if getgrouplist(name, primary, &groups, &count) >= 0 { return Array(groups.prefix(Int(count))) }
            count = max(count, Int32(room) * 2)
        }
    }
}
