import Identity

extension HostSnapshot {
    /// Whose business an account is.
    ///
    /// - Returns: `nil` when there is no account of that name, or only a part of one that we were making when we were
    ///   stopped: both want ``AccountChange/create(_:)``.
    ///
    /// Looks at the home with lstat(2) only where nothing else has decided.
    public func ownership(of name: String, settings: AccountSettings) -> Ownership? {
        guard let account = accounts[name] else { return nil }
        if let reason = untouchable(account, settings: settings) { return .foreign(reason: reason) }
        if isHalfMade(account, settings: settings) { return nil }
        if groups[settings.group]?.members.contains(name) == true { return .ours }
        return adoption(of: account, settings: settings)
    }

    /// Why the account can never be one of ours, even as a member of our group: the system's, or one of several with a uid.
    func untouchable(_ account: LinuxAccount, settings: AccountSettings) -> String? {
        guard let name = try? UserName(account.name) else {
            return "its name is none that a person of the platform has"
        }
        if name.isReserved { return "the name belongs to the system or to a service" }
        if account.uid < settings.minimumUID {
            return "its uid \(account.uid) is below \(settings.minimumUID), where the people begin"
        }
        if FreeIDs.system.contains(account.uid) { return "its uid \(account.uid) belongs to the system" }
        let others = namesSharing(uidOf: account)
        if !others.isEmpty {
            return
                "it shares its uid \(account.uid) with \(others.joined(separator: ", ")); nothing can be done to one alone"
        }
        return nil
    }

    /// Whether the tools were stopped between one file and the next while this account was made by us.
    ///
    /// useradd(8) writes passwd, shadow, group, gshadow in this order, systemd-sysusers(8) group, gshadow, passwd,
    /// shadow; each file by rename(2), so that it is whole or not written.
    func isHalfMade(_ account: LinuxAccount, settings: AccountSettings) -> Bool {
        let isMember = groups[settings.group]?.members.contains(account.name) == true
        guard isMember || traces.marked.contains(account.name) else { return false }
        guard account.uid >= settings.minimumUID, account.home == "\(settings.home)/\(account.name)" else {
            return false
        }
        return traces.withoutShadow.contains(account.name) || traces.withoutGroupShadow.contains(account.name)
            || lacksOwnGroup(account)
    }

    /// Whether the account's own group is still to be made. An account that was adopted may have been made without one
    /// (openSUSE's way, or `useradd -N`); then its primary group is another that exists.
    private func lacksOwnGroup(_ account: LinuxAccount) -> Bool {
        guard groups[account.name] == nil else { return false }
        guard traces.marked.contains(account.name) || account.gid == account.uid else { return false }
        return !groups.values.contains { $0.gid == account.gid }
    }

    /// Whether an account of ours is locked because its making was not finished, and not because somebody locked it.
    ///
    /// systemd-sysusers(8) begins with `!*`, which is also what `usermod -L` makes of our `*`; but homes come last.
    /// - Parameter hasHome: whether there is something where the home belongs.
    public func isUnfinished(_ account: LinuxAccount, hasHome: Bool) -> Bool {
        guard traces.marked.contains(account.name), account.expires == nil else { return false }
        return account.password == .lockedWithoutPassword || account.password == .lockedUnusable && !hasHome
    }

    /// Whether a group without an account is the first part of an account of ours, made by systemd-sysusers(8).
    func isHalfMade(group name: String, settings: AccountSettings) -> Bool {
        guard let group = groups[name], accounts[name] == nil, group.members.isEmpty else { return false }
        return group.gid >= settings.minimumUID && group.gid <= settings.maximumUID
            && groups[settings.group]?.members.contains(name) == true
    }

    private func adoption(of account: LinuxAccount, settings: AccountSettings) -> Ownership {
        if let power = power(of: account.name).first { return .foreign(reason: "it \(power)") }
        guard groups[account.name]?.gid == account.gid else {
            return .foreign(reason: "its primary group is not its own")
        }
        guard account.uid <= settings.maximumUID else {
            return .foreign(reason: "its uid \(account.uid) is above \(settings.maximumUID), where the people end")
        }
        let program = account.shell.split(separator: "/").last.map(String.init) ?? ""
        guard !["", "nologin", "false", "true", "sync"].contains(program) else {
            return .foreign(reason: "it has no log-in shell")
        }
        guard account.home.hasPrefix(settings.home + "/"), !account.home.split(separator: "/").contains("..") else {
            return .foreign(reason: "its home \(account.home) is not under \(settings.home)")
        }
        for name in HomeDirectories.subdirectories {
            guard case .directory(account.uid, _) = HomeDirectories.kind(of: "\(account.home)/\(name)") else {
                return .foreign(reason: "its home has no directory \(name) of its own")
            }
        }
        return .adoptable(reasons: [
            "its uid \(account.uid) is a person's", "it has a primary group of its own", "it has a log-in shell",
            "its home \(account.home) has notebooks and data",
        ])
    }
}
