import Foundation
import HostPrograms
import TestSupport
import Testing

@testable import LegacyPlatform

@Suite("Repairs of what the old platform left")
struct LegacyRepairTests {
    /// What each repair may change: exactly these paths.
    static let changes: [String: Set<String>] = [
        "user-api-exposed": [
            "/etc/systemd/system/diycloud-usermgmt-api.service",
            "/etc/systemd/system/multi-user.target.wants/diycloud-usermgmt-api.service",
        ],
        "admin-password-in-log": ["/var/log/diycloud/install.log"],
        "store-world-readable": [
            "/opt/diycloud/usermgmt/db", "/opt/diycloud/usermgmt/db/users.db",
            "/opt/diycloud/usermgmt/db/users.db.20251102091400.bak",
        ],
        "test-deletes-store": ["/opt/diycloud/test_phase2.sh"],
        "damaged-fstab": ["/etc/fstab"],
        "pam-nullok": ["/etc/pam.d/diycloud"],
        "pam-use-authtok": ["/etc/pam.d/diycloud"],
        "limits-for-everyone": ["/etc/security/limits.conf"],
        "portal-site": ["/etc/nginx/sites-enabled/diycloud-portal.conf"],
        "portal-self-link": ["/etc/nginx/conf.d/diycloud-portal.conf"],
        "portal-ssl-params": ["/etc/nginx/ssl-params.conf"],
        "dead-cgroups": [
            "/sys/fs/cgroup/user", "/sys/fs/cgroup/user/alice", "/sys/fs/cgroup/user/cgroup.procs",
            "/sys/fs/cgroup/user/alice/cgroup.procs",
        ],
    ]

    @Test("every fault that is called mendable has a repair, and no other")
    func complete() async throws {
        let fixture = try await LegacyFixture.legacy()
        #expect(Set(await fixture.platform.faults().filter(\.isMendable).map(\.id)) == Set(Self.changes.keys))
    }

    @Test(
        "a repair mends its own fault and nothing else, and a second one has nothing to do",
        arguments: changes.keys.sorted()
    )
    func mends(id: String) async throws {
        let fixture = try await LegacyFixture.legacy()
        let (before, tree) = (await fixture.ids(), try fixture.tree())
        #expect(try await !fixture.repair.mend(id, saveTo: fixture.saved).isEmpty)
        #expect(await fixture.ids() == before.subtracting([id]))

        let after = try fixture.tree()
        let changed = Set(tree.keys).union(after.keys).filter { tree[$0] != after[$0] }
        #expect(changed == Self.changes[id])

        #expect(try await fixture.repair.mend(id, saveTo: fixture.saved) == [])
        #expect(try fixture.tree() == after)
    }

    @Test(
        "originals are put aside byte for byte, for root only, with a list of their modes",
        arguments: changes.keys.sorted()
    )
    func saves(id: String) async throws {
        let fixture = try await LegacyFixture.legacy()
        let tree = try fixture.tree()
        _ = try await fixture.repair.mend(id, saveTo: fixture.saved)
        guard id != "dead-cgroups" else { return }
        let after = try fixture.tree()
        let originals = try fixture.originals()
        let list = try String(contentsOf: try #require(originals["/ORIGINALS"]), encoding: .utf8)
        for path in Self.changes[id] ?? [] { #expect(list.contains(" \(path)")) }
        for (path, place) in originals where path != "/ORIGINALS" {
            let content = try Data(contentsOf: place).base64EncodedString()
            #expect(tree[path]?.hasSuffix(" \(content)") == true)
            var status = stat()
            #expect(lstat(place.path, &status) == 0 && status.st_mode & 0o7777 == 0o600)
        }
        // Whatever changed in its content has its copy.
        for path in Self.changes[id] ?? [] where content(tree[path]) != content(after[path]) {
            #expect(originals[path] != nil || list.contains("link ") && list.contains(path))
        }
        var status = stat()
        #expect(lstat(fixture.saved, &status) == 0 && status.st_mode & 0o7777 == 0o700)
    }

    private func content(_ entry: String?) -> Substring? { entry?.split(separator: " ", maxSplits: 2).last }

    @Test("all repairs one after the other leave only what a person has to decide, and the store's rows as they were")
    func everything() async throws {
        let fixture = try await LegacyFixture.legacy(isLive: true)
        let store = URL(fileURLWithPath: fixture.host.place("/opt/diycloud/usermgmt/db/users.db"))
        let rows = try Data(contentsOf: store)
        for id in Self.changes.keys.sorted() { _ = try await fixture.repair.mend(id, saveTo: fixture.saved) }
        let left = await fixture.platform.faults()
        #expect(left.allSatisfy { !$0.isMendable })
        #expect(
            Set(left.map(\.id)) == [
                "known-password", "admin-group-is-root", "portal-page-writable", "docker-default-runtime", "gpu-rules",
            ]
        )
        #expect(try Data(contentsOf: store) == rows)
    }

    @Test("the API is stopped, disabled and masked")
    func userAPI() async throws {
        let fixture = try await LegacyFixture.legacy(isLive: true)
        _ = try await fixture.repair.mend("user-api-exposed", saveTo: fixture.saved)
        #expect(fixture.programs.lines == ["systemctl stop diycloud-usermgmt-api.service", "systemctl daemon-reload"])
        #expect(fixture.host.target(ofLink: "/etc/systemd/system/diycloud-usermgmt-api.service") == "/dev/null")
    }

    @Test("a process that was started by hand is not called mended")
    func startedByHand() async throws {
        let fixture = try await LegacyFixture.legacy()
        try fixture.write("python3\0user_management.py\0", to: "/proc/4242/cmdline")
        try fixture.write("Name:\tpython3\nUid:\t0\t0\t0\t0\n", to: "/proc/4242/status")
        symlink("/opt/diycloud/usermgmt", fixture.host.place("/proc/4242/cwd"))
        await #expect {
            try await fixture.repair.mend("user-api-exposed", saveTo: fixture.saved)
        } throws: { error in
            guard case .stillThere(_, let what, let done) = error as? LegacyRepairError else { return false }
            return what == "process 4242 runs it" && done.contains { $0.contains("`kill 4242`") }
        }
    }

    @Test("the log keeps every line but for the passwords, and is root's alone")
    func log() async throws {
        let fixture = try await LegacyFixture.legacy()
        let path = "/var/log/diycloud/install.log"
        let before = try fixture.text(path)
        _ = try await fixture.repair.mend("admin-password-in-log", saveTo: fixture.saved)
        let after = try fixture.text(path)
        #expect(after == before.replacingOccurrences(of: LegacyFixture.password, with: "[removed by diycloud doctor]"))
        #expect(fixture.mode(path) == 0o600)
    }

    @Test("whatever a password is made of, nothing of it stays in the log")
    func anyPassword() {
        var generator = SeededGenerator(seed: 5)
        let signs = Array("abcXYZ019!@#$%^&*()\"\\{}': ")
        for _ in 0..<2000 {
            let password = String(
                (0..<Int.random(in: 4...16, using: &generator)).compactMap { _ in signs.randomElement(using: &generator)
                }
            )
            for (before, after) in [
                ("[x] [INFO] Generated admin password: ", ""), ("Password: ", ""),
                ("    -d '{\"username\":\"admin\",\"password\":\"", "\"}' \\"),
            ] {
                let line = before + password + after
                let range = InstallLog.password(line)
                #expect(range.map { String(line[$0]) } == password, "\(line)")
            }
        }
    }

    @Test("where the bridge is installed, its group reads the store and nobody else")
    func group() async throws {
        let fixture = try await LegacyFixture.legacy()
        let groups = try fixture.text("/etc/group")
        try fixture.write(groups + "diycloud-bridge:x:\(getegid()):\n", to: "/etc/group")
        _ = try await fixture.repair.mend("store-world-readable", saveTo: fixture.saved)
        let directory = "/opt/diycloud/usermgmt/db"
        #expect(fixture.mode(directory) == 0o750)
        #expect(fixture.mode("\(directory)/users.db") == 0o640)
        #expect(fixture.mode("\(directory)/users.db.20251102091400.bak") == 0o600)
        #expect(fixture.host.status("\(directory)/users.db")?.st_gid == getegid())
    }

    @Test("without the bridge the store is its owner's alone")
    func noGroup() async throws {
        let fixture = try await LegacyFixture.legacy()
        let lines = try await fixture.repair.mend("store-world-readable", saveTo: fixture.saved)
        #expect(fixture.mode("/opt/diycloud/usermgmt/db") == 0o700)
        #expect(fixture.mode("/opt/diycloud/usermgmt/db/users.db") == 0o600)
        #expect(lines.contains { $0.contains("no group diycloud-bridge") })
    }

    @Test("of the PAM service only the words go")
    func pam() async throws {
        let fixture = try await LegacyFixture.legacy()
        let path = "/etc/pam.d/diycloud"
        let before = try fixture.text(path)
        _ = try await fixture.repair.mend("pam-nullok", saveTo: fixture.saved)
        #expect(try fixture.text(path) == before.replacingOccurrences(of: " nullok", with: ""))
        _ = try await fixture.repair.mend("pam-use-authtok", saveTo: fixture.saved)
        #expect(try fixture.text(path).contains("password required       pam_unix.so sha512 shadow try_first_pass\n"))
    }

    @Test("limits that somebody changed or wrote below stay")
    func limits() async throws {
        let fixture = try LegacyFixture()
        let path = "/etc/security/limits.conf"
        let block =
            "\n# DIY Cloud Platform limits\n# These limits are managed by the DIY Cloud Platform\n* soft nproc 1024\n"
        try fixture.write(
            "@staff - nofile 10\n\(block)*\thard\tnproc\t9999\n* soft stack 8192\n\n* soft nofile 1024\n",
            to: path
        )
        _ = try await fixture.repair.mend("limits-for-everyone", saveTo: fixture.saved)
        #expect(try fixture.text(path) == "@staff - nofile 10\n*\thard\tnproc\t9999\n\n* soft nofile 1024\n")
    }

    @Test("a mended fstab is asked of findmnt, and put back when that likes it less")
    func fstab() async throws {
        let fixture = try await LegacyFixture.legacy(isLive: true)
        let before = try fixture.text("/etc/fstab")
        fixture.programs.answer(
            "findmnt",
            ProgramResult(status: 0, output: "\n0 parse errors, 0 errors, 2 warnings"),
            ProgramResult(status: 1, output: "\n1 parse error, 0 errors, 2 warnings")
        )
        await #expect(throws: LegacyRepairError.self) {
            try await fixture.repair.mend("damaged-fstab", saveTo: fixture.saved)
        }
        #expect(try fixture.text("/etc/fstab") == before)
    }

    @Test("the real findmnt takes the mended fstab")
    func realFindmnt() async throws {
        let fixture = try await LegacyFixture.legacy(isLive: true)
        _ = try await fixture.repair.mend("damaged-fstab", saveTo: fixture.saved)
        #expect(try fixture.text("/etc/fstab").contains("\text4\terrors=remount-ro,usrquota\t0\t2\n"))
        #expect(fixture.programs.lines.filter { $0.hasPrefix("findmnt --verify") }.count == 2)
    }

    @Test("a fault of which nobody has heard, and one that waits for a person, are refused with the way out")
    func refused() async throws {
        let fixture = try await LegacyFixture.legacy()
        let tree = try fixture.tree()
        await #expect {
            try await fixture.repair.mend("no-such", saveTo: fixture.saved)
        } throws: {
            "\($0)".contains("user-api-exposed")
        }
        await #expect {
            try await fixture.repair.mend("known-password", saveTo: fixture.saved)
        } throws: {
            "\($0)".contains("diycloud-bridge user passwd admin")
        }
        #expect(try fixture.tree() == tree)
    }

    @Test("a file that is a link is left alone, and so is everything when no copy can be made")
    func unsaved() async throws {
        let fixture = try await LegacyFixture.legacy()
        let tree = try fixture.tree()
        await #expect {
            try await fixture.repair.mend("damaged-fstab", saveTo: "/proc/no-such/place")
        } throws: {
            "\($0)".hasPrefix("/etc/fstab was left as it is")
        }
        #expect(try fixture.tree() == tree)
        rename(fixture.host.place("/etc/fstab"), fixture.host.place("/etc/fstab.real"))
        symlink("fstab.real", fixture.host.place("/etc/fstab"))
        await #expect {
            try await fixture.repair.mend("damaged-fstab", saveTo: fixture.saved)
        } throws: {
            "\($0)".contains("no plain file")
        }
        #expect(try fixture.text("/etc/fstab.real").contains("errors,usrquota"))
    }
}
