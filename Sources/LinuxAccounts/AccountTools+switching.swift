import Identity

extension AccountTools {
    /// Locks and expires (usermod(8): `-L` alone leaves keys and `su` open).
    func disableAccounts(_ work: inout AccountWork) async throws(AccountFilesError) {
        let wanted = work.open { change in if case .disable(let name) = change { name } else { nil } }
        let accounts = try ours(wanted, &work)
        // usermod takes an account without entry in shadow for one that needs none.
        let snapshot = try HostSnapshot.read(in: etc)
        _ = await setUnusable(accounts.map(\.name).filter { snapshot.traces.withoutShadow.contains($0.rawValue) })
        let day = Day.today
        for (change, name, account) in accounts {
            defer { work.advance() }
            guard !account.isSwitchedOff(on: day) || snapshot.traces.withoutShadow.contains(name.rawValue) else {
                continue
            }
            if let complaint = await complaint("usermod", ["-L", "-e", "1", "--", name.rawValue]) {
                work.fail(change, .program, complaint)
            }
        }
    }

    /// Unlocks and takes the expiry away. `usermod -U` refuses to unlock what has no password; that gets `*` instead.
    func enableAccounts(_ work: inout AccountWork) async throws(AccountFilesError) {
        let wanted = work.open { change in if case .enable(let name) = change { name } else { nil } }
        let accounts = try ours(wanted, &work)
        guard !accounts.isEmpty else { return }
        let withoutPassword = accounts.filter { $0.account.password.isLockedForNothing }.map(\.name)
        let complaintOfAll = await setUnusable(withoutPassword)
        let day = Day.today
        for (change, name, account) in accounts {
            defer { work.advance() }
            var arguments: [String] = []
            if account.password == .locked { arguments.append("-U") }
            if account.isExpired(on: day) { arguments += ["-e", ""] }
            var complaint = account.password.isLockedForNothing ? complaintOfAll : nil
            if !arguments.isEmpty {
                complaint = await self.complaint("usermod", arguments + ["--", name.rawValue]) ?? complaint
            }
            if let complaint { work.fail(change, .program, complaint) }
        }
    }

    func completeHomes(_ work: inout AccountWork) throws(AccountFilesError) {
        let created = work.open { change in if case .create(let name) = change { name } else { nil } }
        let wanted = work.open { change in if case .completeHome(let name) = change { name } else { nil } }
        let accounts = try ours(created + wanted, &work)
        guard !accounts.isEmpty else { return }
        let homes = HomeDirectories(settings: settings)
        homes.sweep()
        for (index, (change, _, account)) in accounts.enumerated() {
            do throws(AccountProblem) {
                if !homes.isComplete(account) { try homes.complete(account) }
            } catch {
                work.fail(change, error)
            }
            // A line on a terminal needs no more.
            if index % 50 == 49 { work.advance(by: 50) }
        }
        work.advance(by: accounts.count % 50)
    }

    /// The accounts of that name that are ours to change, as the files have them now; a problem for each other.
    private func ours(
        _ wanted: [(change: AccountChange, value: UserName)],
        _ work: inout AccountWork
    ) throws(AccountFilesError) -> [(change: AccountChange, name: UserName, account: LinuxAccount)] {
        guard !wanted.isEmpty else { return [] }
        let snapshot = try HostSnapshot.read(in: etc)
        var accounts: [(change: AccountChange, name: UserName, account: LinuxAccount)] = []
        for (change, name) in wanted {
            guard let account = snapshot.accounts[name.rawValue] else {
                work.fail(change, noAccount(name))
                work.advance()
                continue
            }
            let isMember = snapshot.groups[settings.group]?.members.contains(name.rawValue) == true
            let reason =
                snapshot.untouchable(account, settings: settings)
                ?? (isMember ? nil : "it is no member of \(settings.group)")
            if let reason {
                work.fail(change, foreign(name, reason))
                work.advance()
            } else {
                accounts.append((change, name, account))
            }
        }
        return accounts
    }
}
