extension HostSnapshot {
    /// What gives an account power over the host: groups known for that, and rules of sudo(8).
    /// - Returns: reasons that continue "it": `is a member of the group docker`. Empty for everybody else.
    public func power(of name: String) -> [String] { power(of: name, by: AccountSettings.powerfulGroups) }

    /// What makes an account one of those by which the host is administered: whoever locks it may be locking themselves
    /// out.
    /// - Returns: as ``power(of:)``.
    public func administration(of name: String) -> [String] {
        power(of: name, by: AccountSettings.administratorGroups)
    }

    private func power(of name: String, by known: Set<String>) -> [String] {
        guard let account = accounts[name] else { return [] }
        var reasons: [String] = []
        if let path = sudo.users[name] ?? sudo.uids[account.uid] { reasons.append("is named in \(path)") }
        for group in known.union(sudo.groups.keys).sorted() where isMember(account, of: group) {
            let path = known.contains(group) ? nil : sudo.groups[group]
            reasons.append("is a member of the group \(group)" + (path.map { ", which is named in \($0)" } ?? ""))
        }
        for (gid, path) in sudo.gids.sorted(by: { $0.key < $1.key })
        where groups.contains(where: { $0.value.gid == gid && isMember(account, of: $0.key) }) {
            reasons.append("is a member of the group \(gid), which is named in \(path)")
        }
        return reasons
    }

    private func isMember(_ account: LinuxAccount, of name: String) -> Bool {
        guard let group = groups[name] else { return false }
        return group.gid == account.gid || group.members.contains(account.name)
    }
}
