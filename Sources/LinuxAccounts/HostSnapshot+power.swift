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

    /// Why `accounts.group` or `accounts.admin_group` cannot be the platform's on this host: a group with a meaning of its
    /// own would make its members ours, or give the store's people what its members have.
    /// - Returns: a sentence with the way out; `nil` when both can, also when they do not exist yet.
    public func objection(toGroupsOf settings: AccountSettings) -> String? {
        for (key, name) in [("accounts.group", settings.group), ("accounts.admin_group", settings.adminGroup)] {
            guard let reason = objection(to: name, settings: settings) else { continue }
            return
                "\(key) is \(name), \(reason). Nothing was changed; name a group in the configuration that is nobody "
                + "else's"
        }
        return nil
    }

    private func objection(to name: String, settings: AccountSettings) -> String? {
        guard settings.owns(group: name) else { return "which gives power over this host or one of its services" }
        if let path = sudo.groups[name] { return "which is named in \(path)" }
        guard let group = groups[name] else { return nil }
        if let path = sudo.gids[group.gid] { return "which is named by its number in \(path)" }
        let owner = accounts.values.filter { $0.gid == group.gid }.map(\.name).min()
        return owner.map { "which is the primary group of \($0)" }
    }

    private func isMember(_ account: LinuxAccount, of name: String) -> Bool {
        guard let group = groups[name] else { return false }
        return group.gid == account.gid || group.members.contains(account.name)
    }
}
