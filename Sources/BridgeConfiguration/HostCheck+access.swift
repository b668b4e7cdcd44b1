import Glibc

extension HostCheck {
    /// Whether the service's account, which is not root, may use what `serve` opens as that account.
    func accessRemarks(_ account: ServiceAccount) -> [HostRemark] {
        var remarks: [HostRemark?] = []
        if let file {
            // Read again at each start and at SIGHUP, after root is given up.
            remarks.append(remark("user", file, "read", .read, account))
        }
        remarks.append(remark("store.path", configuration.store.path, "read", .read, account))
        remarks.append(databaseRemark(account))
        return remarks.compactMap(\.self)
    }

    private func remark(
        _ key: String,
        _ path: String,
        _ verb: String,
        _ rights: FileRights,
        _ account: ServiceAccount
    ) -> HostRemark? {
        guard let obstacle = Self.obstacle(on: path, for: account, wanting: rights) else { return nil }
        let text = obstacle.path == path ? "" : ", since it may not enter \(obstacle.path)"
        let mend = obstacle.path == file ? Self.mend(configuration: path, account) : Self.mend(obstacle, account)
        return HostRemark(
            severity: .error,
            key: key,
            text: "the user \(account.name) may not \(verb) \(path)\(text); let it with: \(mend)"
        )
    }

    /// SQLite makes files beside the database, so it is the directory that counts, and then the file if it is there.
    private func databaseRemark(_ account: ServiceAccount) -> HostRemark? {
        let path = configuration.database.path
        let directory = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        guard !directory.isEmpty else { return nil }
        let writing: FileRights = [.read, .write]
        guard let obstacle = Self.obstacle(on: directory, for: account, wanting: [.write, .pass]) else {
            guard let obstacle = Self.obstacle(on: path, for: account, wanting: writing) else { return nil }
            let text = "the user \(account.name) may not write \(obstacle.path); let it with: "
            return HostRemark(
                severity: .error,
                key: "database.path",
                text: text + "chown \(account.name): \(obstacle.path)"
            )
        }
        guard obstacle.path == directory else { return remark("database.path", directory, "write to", .write, account) }
        let text =
            "the user \(account.name) may not write to \(directory); the database wants a directory of its own, made with: "
            + "install -d -o \(account.name) -g \(Self.groupName(account.group)) -m 0700 \(directory)"
        return HostRemark(severity: .error, key: "database.path", text: text)
    }

    /// Follows the path as it is written and as it is with symbolic links followed: both ways must be open.
    private static func obstacle(on path: String, for account: ServiceAccount, wanting rights: FileRights)
        -> PathObstacle?
    {
        if let obstacle = PathObstacle.first(on: path, for: account, wanting: rights) { return obstacle }
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return PathObstacle.first(on: String(cString: resolved), for: account, wanting: rights)
    }

    private static func mend(configuration path: String, _ account: ServiceAccount) -> String {
        "chgrp \(groupName(account.group)) \(path) && chmod 0640 \(path)"
    }

    /// Takes nothing from anybody: a group that has the right already keeps it, and the account joins it.
    static func mend(_ obstacle: PathObstacle, _ account: ServiceAccount) -> String {
        let (status, path) = (obstacle.status, obstacle.path)
        let group = groupName(status.group)
        if status.group != 0, FileRights(rawValue: status.mode >> 3 & 0o7).isSuperset(of: obstacle.needed),
            status.owner != account.user
        {
            return "usermod --append --groups \(group) \(account.name)"
        }
        let bits = [(FileRights.read, "r"), (.write, "w"), (.pass, "x")]
            .filter { obstacle.needed.contains($0.0) }.map(\.1).joined()
        if status.owner == account.user { return "chmod u+\(bits) \(path)" }
        if account.groups.contains(status.group) { return "chmod g+\(bits) \(path)" }
        return "chgrp \(groupName(account.group)) \(path) && chmod g+\(bits) \(path)"
    }

    private static func groupName(_ group: gid_t) -> String {
        getgrgid(group).map { String(cString: $0.pointee.gr_name) } ?? String(group)
    }
}
