import Identity

extension AccountTools {
    func createGroups(_ work: inout AccountWork) async throws(AccountFilesError) {
        let wanted = work.open { change in if case .createGroup(let group) = change { group } else { nil } }
        guard !wanted.isEmpty else { return }
        let snapshot = try HostSnapshot.read(in: etc)
        for (change, group) in wanted {
            defer { work.advance() }
            guard snapshot.groups[group] == nil else { continue }
            guard settings.owns(group: group) else {
                work.fail(change, .noGroup, notOurs(group))
                continue
            }
            if let complaint = await complaint("groupadd", ["-r", "--", group]) {
                work.fail(change, .program, complaint)
            }
        }
    }

    func addMembers(_ work: inout AccountWork) async throws(AccountFilesError) {
        var wanted = work.open { change -> (UserName, String)? in
            if case .addToGroup(let name, let group) = change { (name, group) } else { nil }
        }
        guard !wanted.isEmpty else { return }
        let snapshot = try HostSnapshot.read(in: etc)
        wanted.removeAll { change, value in
            let problem = obstacle(toAdding: value.0, to: value.1, in: snapshot)
            if let problem { work.fail(change, problem) }
            let isMember = snapshot.groups[value.1]?.members.contains(value.0.rawValue) == true
            if problem != nil || isMember { work.advance() }
            return problem != nil || isMember
        }
        guard !wanted.isEmpty else { return }
        var remaining = snapshot
        if wanted.count > Self.fewAccounts, maySysusers(snapshot) {
            // `m` with an account and a group that exist adds to the files, and keeps the members that there are.
            let lines = wanted.filter { $0.value.0.rawValue.utf8.count < UserName.maximumLength }
                .map { "m \($0.value.0) \($0.value.1)\n" }
            // Its complaint is nothing to anybody: who is not in afterwards is added alone.
            _ = await sysusers(lines.joined())
            remaining = try HostSnapshot.read(in: etc)
        }
        for (change, (name, group)) in wanted {
            if remaining.groups[group]?.members.contains(name.rawValue) != true,
                let complaint = await complaint("gpasswd", ["-a", name.rawValue, group])
            {
                work.fail(change, .program, complaint)
            }
            work.advance()
        }
    }

    func removeMembers(_ work: inout AccountWork) async throws(AccountFilesError) {
        let wanted = work.open { change -> (UserName, String)? in
            if case .removeFromGroup(let name, let group) = change { (name, group) } else { nil }
        }
        guard !wanted.isEmpty else { return }
        let snapshot = try HostSnapshot.read(in: etc)
        for (change, (name, group)) in wanted {
            defer { work.advance() }
            guard snapshot.groups[group]?.members.contains(name.rawValue) == true else { continue }
            guard settings.owns(group: group) else {
                work.fail(change, .noGroup, notOurs(group))
                continue
            }
            if let complaint = await complaint("gpasswd", ["-d", name.rawValue, group]) {
                work.fail(change, .program, complaint)
            }
        }
    }

    private func obstacle(toAdding name: UserName, to group: String, in snapshot: HostSnapshot) -> AccountProblem? {
        guard settings.owns(group: group) else { return AccountProblem(kind: .noGroup, reason: notOurs(group)) }
        guard snapshot.groups[group] != nil else {
            return AccountProblem(
                kind: .noGroup,
                reason: "there is no group \(group); make it with groupadd -r \(group)"
            )
        }
        guard let account = snapshot.accounts[name.rawValue] else { return noAccount(name) }
        return snapshot.untouchable(account, settings: settings).map { foreign(name, $0) }
    }

    private func notOurs(_ group: String) -> String {
        "\(group) is no group of the platform, or one that gives power over the host; "
            + "see accounts.group and accounts.admin_group of the configuration"
    }

    func noAccount(_ name: UserName) -> AccountProblem {
        AccountProblem(kind: .noAccount, reason: "there is no account \(name) in \(etc)/passwd; run sync-users again")
    }

    func foreign(_ name: UserName, _ reason: String) -> AccountProblem {
        AccountProblem(
            kind: .foreignAccount,
            reason: "the account \(name) is not the platform's: \(reason); give the person another name in the store"
        )
    }
}
