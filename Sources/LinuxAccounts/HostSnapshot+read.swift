extension HostSnapshot {
    /// Reads the files. Lines that are none of an account (comments, `+` and `-` of NIS, too few fields, numbers out of
    /// range) are passed over; invalid UTF-8 is replaced where it stands.
    /// - Parameter etc: the directory of the files.
    /// - Throws: ``AccountFilesError`` when one cannot be read. A `shadow` or `gshadow` that does not exist is empty.
    public static func read(in etc: String = "/etc") throws(AccountFilesError) -> HostSnapshot {
        // In the opposite order of that in which useradd(8) writes: what is seen here has its shadow there, later.
        let groupShadow = try optional("\(etc)/gshadow")
        let group = try ColonFile(path: "\(etc)/group")
        let passwd = try ColonFile(path: "\(etc)/passwd")
        let shadow = try optional("\(etc)/shadow")
        return HostSnapshot(
            passwd: passwd,
            shadow: shadow,
            group: group,
            groupShadow: groupShadow,
            sudo: SudoRules.read(in: etc)
        )
    }

    private static func optional(_ path: String) throws(AccountFilesError) -> ColonFile? {
        do {
            return try ColonFile(path: path)
        } catch  where error.isMissing {
            return nil
        }
    }

    init(
        passwd: ColonFile,
        shadow: ColonFile?,
        group: ColonFile,
        groupShadow: ColonFile?,
        sudo: SudoRules = SudoRules()
    ) {
        var traces = Traces()
        let secrets = Self.secrets(shadow, traces: &traces)
        var groups: [String: LinuxGroup] = [:]
        group.forEachLine { fields in
            guard fields.count >= 4, ColonFile.isName(fields[0]), let gid = ColonFile.id(fields[2]) else {
                return traces.note(irregular: "group", unless: Self.isNISLine(fields))
            }
            let name = ColonFile.text(fields[0])
            guard groups[name] == nil else { return }
            groups[name] = LinuxGroup(gid: gid, members: Set(ColonFile.names(fields[3])))
        }
        var accounts: [String: LinuxAccount] = [:]
        passwd.forEachLine { fields in
            guard fields.count >= 7, ColonFile.isName(fields[0]), let uid = ColonFile.id(fields[2]),
                let gid = ColonFile.id(fields[3])
            else { return traces.note(irregular: "passwd", unless: Self.isNISLine(fields)) }
            let name = ColonFile.text(fields[0])
            guard accounts[name] == nil else { return }
            let secret = secrets[name]
            let isShadowed = fields[1].elementsEqual([UInt8(ascii: "x")])
            if isShadowed, secret == nil { traces.withoutShadow.insert(name) }
            if fields[4].elementsEqual(AccountTools.comment.utf8) { traces.marked.insert(name) }
            accounts[name] = LinuxAccount(
                name: name,
                uid: uid,
                gid: gid,
                home: ColonFile.text(fields[5]),
                shell: ColonFile.text(fields[6]),
                password: isShadowed ? secret?.password ?? .lockedWithoutPassword : PasswordState(field: fields[1]),
                expires: secret?.expires
            )
        }
        traces.withoutGroupShadow = Self.missing(groups.keys, in: groupShadow, traces: &traces)
        self.init(accounts: accounts, groups: groups, sudo: sudo, traces: traces)
    }

    private struct Secret {
        let password: PasswordState
        let expires: Int64?
    }

    private static func secrets(_ shadow: ColonFile?, traces: inout Traces) -> [String: Secret] {
        guard let shadow else {
            traces.note(irregular: "shadow")
            return [:]
        }
        var secrets: [String: Secret] = [:]
        var isRegular = true
        shadow.forEachLine { fields in
            isRegular = isRegular && fields.count == 9 && ColonFile.isName(fields[0])
            guard fields.count >= 2, ColonFile.isName(fields[0]) else { return }
            let name = ColonFile.text(fields[0])
            guard secrets[name] == nil else { return }
            secrets[name] = Secret(
                password: PasswordState(field: fields[1]),
                expires: fields.count > 7 ? ColonFile.number(fields[7]) : nil
            )
        }
        if !isRegular { traces.note(irregular: "shadow") }
        return secrets
    }

    private static func missing(
        _ groups: some Sequence<String>,
        in groupShadow: ColonFile?,
        traces: inout Traces
    ) -> Set<String> {
        guard let groupShadow else { return [] }
        var missing = Set(groups)
        var isRegular = true
        groupShadow.forEachLine { fields in
            isRegular = isRegular && fields.count == 4 && ColonFile.isName(fields[0])
            guard let name = fields.first else { return }
            missing.remove(ColonFile.text(name))
        }
        if !isRegular { traces.note(irregular: "gshadow") }
        return missing
    }

    /// systemd-sysusers keeps these (it knows that they must stand last).
    private static func isNISLine(_ fields: [ColonFile.Field]) -> Bool {
        fields[0].first == UInt8(ascii: "+") || fields[0].first == UInt8(ascii: "-")
    }
}

extension HostSnapshot.Traces {
    mutating func note(irregular file: String, unless isKnown: Bool = false) {
        if !isKnown, irregularFile == nil { irregularFile = file }
    }
}

extension PasswordState {
    /// - Parameter field: the second field of shadow(5), or of passwd(5) when it is not `x`.
    init(field: ColonFile.Field) {
        let behindLock = field.drop { $0 == UInt8(ascii: "!") }
        let isLocked = behindLock.count < field.count
        switch behindLock.first {
        case nil: self = isLocked ? .lockedWithoutPassword : .none
        // What no password can match: crypt(3) makes no hash that begins with `*`.
        case UInt8(ascii: "*"): self = isLocked ? .lockedUnusable : .unusable
        default: self = isLocked ? .locked : .set
        }
    }
}
