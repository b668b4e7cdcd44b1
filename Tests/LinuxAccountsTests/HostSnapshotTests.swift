import Foundation
import Testing

@testable import LinuxAccounts

@Suite("The account files are read as they are")
struct HostSnapshotTests {
    private func snapshot(passwd: String = "", shadow: String? = nil, group: String = "", gshadow: String? = nil)
        -> HostSnapshot
    {
        HostSnapshot(
            passwd: ColonFile(bytes: Array(passwd.utf8)),
            shadow: shadow.map { ColonFile(bytes: Array($0.utf8)) },
            group: ColonFile(bytes: Array(group.utf8)),
            groupShadow: gshadow.map { ColonFile(bytes: Array($0.utf8)) }
        )
    }

    @Test("an account has what passwd and shadow say of it")
    func account() {
        let host = snapshot(
            passwd: "ada:x:1001:1002:Ada,,,:/home/ada:/bin/bash\nbob::1003:1003::/home/bob:\n",
            shadow: "ada:!$y$abc:20000:0:99999:7::19000:\n",
            group: "ada:x:1002:\nlab:x:50:ada,bob"
        )
        #expect(
            host.accounts["ada"]
                == LinuxAccount(
                    name: "ada",
                    uid: 1001,
                    gid: 1002,
                    home: "/home/ada",
                    shell: "/bin/bash",
                    password: .locked,
                    expires: 19000
                )
        )
        #expect(host.accounts["bob"]?.password == PasswordState.none)
        #expect(host.groups == ["ada": LinuxGroup(gid: 1002), "lab": LinuxGroup(gid: 50, members: ["ada", "bob"])])
        #expect(host.accounts["ada"]?.isSwitchedOff(on: 19000) == true)
        #expect(host.accounts["ada"]?.isSwitchedOff(on: 18999) == false)
    }

    @Test(
        "a password field says whether a password, a key or nothing gets in",
        arguments: [
            ("", PasswordState.none), ("*", .unusable), ("!", .lockedWithoutPassword), ("!!", .lockedWithoutPassword),
            ("!*", .lockedUnusable), ("!$6$a", .locked), ("$y$j9T$", .set), ("x", .set),
        ]
    )
    func password(field: String, state: PasswordState) {
        #expect(PasswordState(field: Array(field.utf8)[...]) == state)
    }

    @Test("lines of NIS, comments, blanks, broken and repeated lines harm nobody else")
    func oddLines() {
        let host = snapshot(
            passwd:
                "\n# c\n+@net::::::\n-\nx:y\nneg:x:-1:1::/:/\nbig:x:4294967296:1::/:/\nid:x:4294967295:1::/:/\n:x:1:1::/:/\n"
                + "ada:x:1001:1001::/home/ada:/bin/sh\nada:x:0:0::/root:/bin/sh",
            group: "+\n#\n\nlab:x:a:\nada:x:1001:\nada:x:0:root\n"
        )
        #expect(host.accounts.keys.sorted() == ["ada"])
        #expect(host.accounts["ada"]?.uid == 1001)
        #expect(host.groups == ["ada": LinuxGroup(gid: 1001)])
        #expect(host.traces.irregularFile != nil)
    }

    @Test("NIS lines alone do not keep the batch tool out, a comment does")
    func irregular() {
        let shadow = "a:*:::::::\n"
        let line = "a:x:1:1::/:/\n"
        #expect(snapshot(passwd: line + "+::::::\n", shadow: shadow, group: "a:x:1:\n+\n").traces.irregularFile == nil)
        #expect(snapshot(passwd: "#\n" + line, shadow: shadow).traces.irregularFile == "passwd")
        #expect(snapshot(passwd: line, shadow: shadow + "\n").traces.irregularFile == "shadow")
        #expect(snapshot(passwd: line, shadow: shadow, group: "\n").traces.irregularFile == "group")
        #expect(snapshot(passwd: line, shadow: nil).traces.irregularFile == "shadow")
    }

    @Test("any bytes can be read, and an account between them is found")
    func anyBytes() {
        var random = SystemRandomNumberGenerator()
        let account = Array("\nada:x:1001:1001:Ada:/home/ada:/bin/sh\n".utf8)
        for _ in 0..<500 {
            let alphabet = Array(":\n\n,x1a+-#!*\u{0}".utf8) + [0xff, 0xc3, 0x80]
            func noise() -> [UInt8] {
                (0..<Int.random(in: 0..<200)).map { _ in alphabet.randomElement(using: &random) ?? 0 }
            }
            let passwd = ColonFile(bytes: noise() + account + noise())
            let host = HostSnapshot(
                passwd: passwd,
                shadow: ColonFile(bytes: noise()),
                group: ColonFile(bytes: noise()),
                groupShadow: ColonFile(bytes: noise())
            )
            #expect(host.accounts["ada"]?.uid == 1001)
            #expect(host.accounts.values.allSatisfy { $0.uid != .max && $0.gid != .max && !$0.name.isEmpty })
        }
    }

    @Test("a file that cannot be read is an error that names it; login.defs may be missing")
    func unreadable() {
        #expect(throws: AccountFilesError.self) { try HostSnapshot.read(in: "/nonexistent") }
        #expect(LoginDefinitions.read(in: "/nonexistent") == LoginDefinitions())
    }

    @Test("login.defs gives the range, the mode of homes in octal, and whether passwords age")
    func loginDefinitions() throws {
        let directory = NSTemporaryDirectory() + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try "#UID_MIN 5\nUID_MIN\t\t 2000\nUID_MAX 0x7530\nHOME_MODE 02750\nPASS_MAX_DAYS 90\n"
            .write(toFile: directory + "/login.defs", atomically: true, encoding: .utf8)
        #expect(
            LoginDefinitions.read(in: directory)
                == LoginDefinitions(minimumUID: 2000, maximumUID: 30000, homeMode: 0o750, passwordsAge: true)
        )
    }

    @Test("an account is ours as a member, adoptable by its looks, and foreign for a reason")
    func ownership() throws {
        let homes = NSTemporaryDirectory() + UUID().uuidString
        for name in ["notebooks", "data"] {
            try FileManager.default.createDirectory(atPath: "\(homes)/bob/\(name)", withIntermediateDirectories: true)
        }
        defer { try? FileManager.default.removeItem(atPath: homes) }
        let uid = getuid()
        var login = LoginDefinitions()
        login.minimumUID = uid
        let settings = AccountSettings(home: homes, login: login)
        func account(_ name: String, uid: UInt32 = getuid(), shell: String = "/bin/bash") -> LinuxAccount {
            LinuxAccount(name: name, uid: uid, gid: 7, home: "\(homes)/\(name)", shell: shell)
        }
        func judge(_ account: LinuxAccount, groups: [String: LinuxGroup] = [:]) -> Ownership? {
            HostSnapshot(
                accounts: [account.name: account],
                groups: [account.name: LinuxGroup(gid: 7)].merging(groups) { $1 }
            ).ownership(of: account.name, settings: settings)
        }
        let members = ["diycloud-users": LinuxGroup(gid: 9, members: ["bob", "root"])]
        #expect(judge(account("bob"), groups: members) == .ours)
        guard case .adoptable = judge(account("bob")) else { Issue.record("bob looks like one of ours"); return }
        for foreign in [
            judge(account("root"), groups: members), judge(account("eve")),
            judge(account("bob", shell: "/usr/sbin/nologin")),
            judge(account("bob"), groups: ["bob": LinuxGroup(gid: 8)]),
            judge(account("bob"), groups: ["sudo": LinuxGroup(gid: 27, members: ["bob"])]),
        ] {
            guard case .foreign = foreign else { Issue.record("\(foreign as Any)"); return }
        }
    }
}
