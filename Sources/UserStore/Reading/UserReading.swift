import Identity

/// Makes a person of a row of `users`, and a finding of each value that is not plainly what it should be.
struct UserReading {
    /// Whether a name belongs to the system; reserved names do in any case.
    let isSystemName: @Sendable (UserName) -> Bool

    func entry(of row: StoredUser, into findings: inout FindingList) -> UserEntry {
        let place = StoreRow(table: .users, id: row.id)
        let (name, refusal) = name(row, place, &findings)
        return UserEntry(
            row: row,
            name: name,
            refusal: refusal,
            email: email(row, place, &findings),
            role: role(row, place, &findings),
            isActive: isActive(row, place, &findings),
            password: password(row, place, &findings)
        )
    }

    private func name(_ row: StoredUser, _ place: StoreRow, _ findings: inout FindingList) -> (UserName?, FindingKind?)
    {
        guard case .integer = row.id else {
            findings.add(
                .unreadableRow,
                place,
                user: row.name,
                raw: row.id.printable,
                assumed: "The id is not a number; nobody can sign in as this row."
            )
            return (nil, .unreadableRow)
        }
        do {
            guard case .text(let text) = row.name else { throw UserNameError.badCharacter }
            let name = try UserName(text)
            guard name.isReserved || isSystemName(name) else { return (name, nil) }
            findings.add(
                .systemName,
                place,
                column: "username",
                user: row.name,
                raw: row.name.printable,
                assumed: "The name belongs to the system; nobody can sign in with it, and its account is left alone."
            )
            return (name, .systemName)
        } catch {
            findings.add(
                .badName,
                place,
                column: "username",
                user: row.name,
                raw: row.name.printable,
                assumed: "Nobody can sign in with this name: \(error)."
            )
            return (nil, .badName)
        }
    }

    private func email(_ row: StoredUser, _ place: StoreRow, _ findings: inout FindingList) -> String? {
        switch StoredEmail(row.email) {
        case .absent: return nil
        case .address(let address): return address
        case .refused:
            findings.add(
                .badEmail,
                place,
                column: "email",
                user: row.name,
                raw: row.email.printable,
                assumed: "Not passed on to any service."
            )
            return nil
        }
    }

    private func role(_ row: StoredUser, _ place: StoreRow, _ findings: inout FindingList) -> Role {
        if case .text(let text) = row.role, let role = Role(rawValue: text) { return role }
        findings.add(
            .unknownRole,
            place,
            column: "role",
            user: row.name,
            raw: row.role.printable,
            assumed: "Neither `user` nor `admin`; taken as `user`."
        )
        return .user
    }

    private func isActive(_ row: StoredUser, _ place: StoreRow, _ findings: inout FindingList) -> Bool {
        let (active, assumed): (Bool, String)
        switch StoredFlag(row.isActive) {
        case .plain(let flag): return flag
        case .word(let flag): (active, assumed) = (flag, flag ? "Taken as active." : "Taken as disabled.")
        case .unknown: (active, assumed) = (false, "Neither yes nor no; taken as disabled.")
        }
        findings.add(
            .badActiveFlag,
            place,
            column: "is_active",
            user: row.name,
            raw: row.isActive.printable,
            assumed: assumed
        )
        return active
    }

    private func password(_ row: StoredUser, _ place: StoreRow, _ findings: inout FindingList) -> StorePassword {
        let password = StorePassword(row.passwordHash)
        // A hash, even of a password that everybody knows, is a secret all the same: findings are printed and sent on.
        func add(_ kind: FindingKind, raw: String?, _ assumed: String) {
            findings.add(kind, place, column: "password_hash", user: row.name, raw: raw, assumed: assumed)
        }
        switch password {
        case .legacySHA256: break
        case .none where row.passwordHash == .text(StorePassword.lockedMarker): break
        case .none:
            add(.noPassword, raw: row.passwordHash.printable, "No password of the store opens this account.")
        case .wellKnown(let hash):
            let known = WellKnownPasswords.passwordName(ofHash: hash) ?? "?"
            add(
                .wellKnownPassword,
                raw: "\(hash.prefix(8))…",
                "The password is `\(known)`; set another with `user passwd`."
            )
        case .unknown:
            add(.unknownHash, raw: nil, "Not a hash of the platform; no password of the store opens this account.")
        }
        return password
    }
}
