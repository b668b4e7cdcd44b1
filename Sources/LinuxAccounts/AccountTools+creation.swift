import Identity

extension AccountTools {
    /// An account to make, or to finish.
    struct NewAccount {
        let change: AccountChange
        let name: UserName
        let uid: UInt32
        let gid: UInt32
        let hasAccount: Bool
        let hasGroup: Bool
    }

    func createAccounts(_ work: inout AccountWork) async throws(AccountFilesError) {
        let wanted = work.open { change in if case .create(let name) = change { name } else { nil } }
        guard !wanted.isEmpty else { return }
        let snapshot = try HostSnapshot.read(in: etc)
        let new = plan(wanted, in: snapshot, work: &work)
        guard !new.isEmpty else { return }
        if new.count > Self.fewAccounts, !settings.passwordsAge, maySysusers(snapshot) {
            _ = await sysusers(batch(new, in: snapshot))
        }
        try await finishOneByOne(new, &work)
        try await repairShadows(new)
    }

    // MARK: - Plan

    private func plan(
        _ wanted: [(change: AccountChange, value: UserName)],
        in snapshot: HostSnapshot,
        work: inout AccountWork
    ) -> [NewAccount] {
        guard settings.owns(group: settings.group) else {
            for (change, _) in wanted {
                work.fail(
                    change,
                    .noGroup,
                    "accounts.group is \(settings.group), which gives power over the host; choose another"
                )
            }
            return []
        }
        var free = FreeIDs(snapshot: snapshot, settings: settings, etc: etc)
        var names = NameService(etc: etc)
        var new: [NewAccount] = []
        for (change, name) in wanted {
            do throws(AccountProblem) {
                var account: NewAccount?
                do throws(AccountProblem) {
                    account = try newAccount(name, change, in: snapshot, names: &names, free: &free)
                } catch {
                    // A tool that a killed run had started may write the files only now.
                    guard let now = try? HostSnapshot.read(in: etc), now.accounts[name.rawValue] != nil else {
                        throw error
                    }
                    account = try newAccount(name, change, in: now, names: &names, free: &free)
                }
                if let account { new.append(account) }
            } catch {
                work.fail(change, error)
                work.advance()
            }
        }
        return new
    }

    /// - Returns: `nil` for an account of ours that is whole; not so is one whose first password field never came.
    private func newAccount(
        _ name: UserName,
        _ change: AccountChange,
        in snapshot: HostSnapshot,
        names: inout NameService,
        free: inout FreeIDs
    ) throws(AccountProblem) -> NewAccount? {
        guard !name.isReserved, !AccountSettings.powerfulGroups.contains(name.rawValue) else {
            throw AccountProblem(
                kind: .reservedName,
                reason:
                    "\(name) is a name of the system or of a service, and no person's; give the person another name in the store"
            )
        }
        let group = snapshot.groups[name.rawValue]
        if let account = snapshot.accounts[name.rawValue] {
            switch snapshot.ownership(of: name.rawValue, settings: settings) {
            case .ours where !account.password.isLockedForNothing || account.expires != nil: return nil
            case .foreign(let reason): throw foreign(name, reason)
            case .adoptable:
                throw foreign(name, "it was there before; take it over with diycloud-bridge user adopt \(name)")
            case .ours, nil:
                return NewAccount(
                    change: change,
                    name: name,
                    uid: account.uid,
                    gid: account.gid,
                    hasAccount: true,
                    hasGroup: group != nil
                )
            }
        }
        if try names.hasAccount(name) {
            throw foreign(name, "a directory service knows it, and \(etc)/passwd does not")
        }
        if let group, snapshot.isHalfMade(group: name.rawValue, settings: settings) {
            let isFree = !snapshot.accounts.values.contains { $0.uid == group.gid }
            guard let uid = isFree ? group.gid : free.take() else { throw noID }
            return NewAccount(change: change, name: name, uid: uid, gid: group.gid, hasAccount: false, hasGroup: true)
        }
        guard group == nil, !names.hasGroup(name) else {
            throw AccountProblem(
                kind: .foreignGroup,
                reason: "there is a group \(name) and no account; the person's own group would be that one. "
                    + "Rename it with groupmod -n, or give the person another name in the store"
            )
        }
        if let obstacle = HomeDirectories(settings: settings).obstacle(at: settings.home(of: name)) { throw obstacle }
        guard let id = free.take() else { throw noID }
        return NewAccount(change: change, name: name, uid: id, gid: id, hasAccount: false, hasGroup: false)
    }

    private var noID: AccountProblem {
        AccountProblem(
            kind: .noUID,
            reason:
                "no number is free between \(settings.minimumUID) and \(settings.maximumUID); raise UID_MAX in \(etc)/login.defs"
        )
    }

    // MARK: - Apply

    /// Group, account and membership of each in the language of sysusers.d(5). All values are free of quotes, percent
    /// signs and blanks: names and numbers, and paths that are left to useradd(8) when they are not.
    private func batch(_ new: [NewAccount], in snapshot: HostSnapshot) -> String {
        let isPlain = [settings.home, settings.shell].allSatisfy { path in
            path.utf8.allSatisfy { $0 > 32 && $0 < 127 && !"\"'%\\".utf8.contains($0) }
        }
        guard isPlain, snapshot.groups[settings.group] != nil else { return "" }
        var lines = ""
        for account in new where account.name.rawValue.utf8.count < UserName.maximumLength {
            // Named with its number even where it exists: the tool would make one of the system's numbers otherwise.
            if account.hasAccount || !account.hasGroup { lines += "g \(account.name) \(account.gid)\n" }
            if account.hasGroup, !account.hasAccount { lines += "g \(account.name) \(account.gid)\n" }
            if !account.hasAccount {
                lines += "u \(account.name) \(account.uid):\(account.gid) \"\(Self.comment)\" "
                lines += "\(settings.home(of: account.name)) \(settings.shell)\n"
            }
            lines += "m \(account.name) \(settings.group)\n"
        }
        return lines
    }

    /// Whatever the batch did not make.
    private func finishOneByOne(_ new: [NewAccount], _ work: inout AccountWork) async throws(AccountFilesError) {
        let snapshot = try HostSnapshot.read(in: etc)
        for account in new {
            let name = account.name.rawValue
            var complaints: [String?] = []
            let hasAccount = snapshot.accounts[name] != nil
            let hasGroup = snapshot.groups[name] != nil
            if hasAccount, !hasGroup {
                complaints.append(await complaint("groupadd", ["-g", "\(account.gid)", "--", name]))
            } else if !hasAccount {
                complaints.append(await useradd(account, hasGroup: hasGroup))
            }
            let isMember = snapshot.groups[settings.group]?.members.contains(name) == true
            if hasAccount, !isMember { complaints.append(await complaint("gpasswd", ["-a", name, settings.group])) }
            if let complaint = complaints.lazy.compactMap({ $0 }).first {
                work.fail(account.change, .program, complaint)
            }
        }
    }

    private func useradd(_ account: NewAccount, hasGroup: Bool) async -> String? {
        var arguments = ["-u", "\(account.uid)", "-c", Self.comment, "-d", settings.home(of: account.name), "-M"]
        arguments += ["-s", settings.shell, "-G", settings.group, "-p", "*"]
        arguments += hasGroup ? ["-N", "-g", "\(account.gid)"] : ["-U", "-K", "GID_MIN=\(account.uid)"]
        let complaint = await complaint("useradd", arguments + ["--", account.name.rawValue])
        // The range of subuid(5) is used up: better an account without rootless containers than none.
        guard let complaint, complaint.contains("subordinate") else { return complaint }
        let without = ["-K", "SUB_UID_COUNT=0", "-K", "SUB_GID_COUNT=0", "--", account.name.rawValue]
        return await self.complaint("useradd", arguments + without)
    }

    /// What a killed tool left out of the shadow files, and `*` for who has no password: not locked, no password matches.
    private func repairShadows(_ new: [NewAccount]) async throws(AccountFilesError) {
        let snapshot = try HostSnapshot.read(in: etc)
        if new.contains(where: { snapshot.traces.withoutGroupShadow.contains($0.name.rawValue) }) {
            _ = await complaint("grpconv", [])
        }
        let day = Day.today
        let locked = new.map(\.name).filter { name in
            guard let account = snapshot.accounts[name.rawValue] else { return false }
            return account.password.isLockedForNothing && !account.isExpired(on: day)
                && snapshot.groups[settings.group]?.members.contains(name.rawValue) == true
        }
        _ = await setUnusable(locked)
    }

    /// Gives accounts that have no password the field `*`. Never called for one that has a password.
    func setUnusable(_ names: [UserName]) async -> String? {
        guard !names.isEmpty else { return nil }
        return await complaint(
            "chpasswd",
            ["-e"],
            input: names.map { "\($0):*\n" }.joined(),
            limit: .seconds(1800)
        )
    }
}
