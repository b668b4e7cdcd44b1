/// `/etc/group` and `/etc/passwd` of the host that is looked at, which need not be the one this runs on.
struct AccountFiles {
    struct Group {
        let name: String
        let gid: UInt32
        let members: [String]
    }

    let host: LegacyHost

    var groups: [Group] {
        get throws(Unseen) {
            try lines("/etc/group").compactMap { fields in
                guard fields.count >= 4, let gid = UInt32(fields[2]) else { return nil }
                return Group(name: fields[0], gid: gid, members: fields[3].split(separator: ",").map(String.init))
            }
        }
    }

    /// Names of those whose primary group it is.
    func accounts(withPrimaryGroup gid: UInt32) throws(Unseen) -> [String] {
        try lines("/etc/passwd").filter { $0.count >= 7 && UInt32($0[3]) == gid }.map { $0[0] }
    }

    private func lines(_ path: String) throws(Unseen) -> [[String]] {
        (try host.text(path) ?? "").split(separator: "\n").map { line in
            line.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        }
    }
}
