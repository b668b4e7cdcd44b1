import Foundation
import Testing

@testable import BridgeConfiguration

@Suite("What the service's account may do")
struct HostAccessTests {
    private let account = ServiceAccount(name: "diycloud-bridge", user: 41990, group: 41991, groups: [41991, 41500])

    @Test("of owner, group and others only the first class that fits counts")
    func classes() {
        func may(_ rights: FileRights, _ owner: uid_t, _ group: gid_t, _ mode: mode_t) -> Bool {
            account.may(rights, FileStatus(owner: owner, group: group, mode: mode))
        }
        #expect(!may(.read, 0, 0, 0o600) && !may(.read, 0, 0, 0o640) && may(.read, 0, 0, 0o644))
        #expect(may(.read, 0, 41991, 0o640) && may(.read, 0, 41500, 0o640) && !may(.write, 0, 41991, 0o640))
        #expect(!may(.read, 41990, 41991, 0o077) && !may(.read, 0, 41991, 0o707))
        #expect(may([.write, .pass], 41990, 0, 0o300) && !may([.write, .pass], 41990, 0, 0o200))
        let root = ServiceAccount(name: "root", user: 0, group: 0, groups: [0])
        #expect(root.may(.write, FileStatus(owner: 1, group: 1, mode: 0)))
    }

    @Test("a path is as open as its narrowest place, and what has an access control list is not judged")
    func paths() {
        func obstacle(_ places: [String: FileStatus]) -> String? {
            PathObstacle.first(on: "/opt/db/users.db", for: account, wanting: .read) { places[$0] }?.path
        }
        let open = FileStatus(owner: 0, group: 0, mode: 0o755)
        let shut = FileStatus(owner: 0, group: 0, mode: 0o700)
        var listed = shut
        listed.hasAccessList = true
        #expect(obstacle(["/": open, "/opt": open, "/opt/db": open, "/opt/db/users.db": open]) == nil)
        #expect(obstacle(["/": open, "/opt": shut, "/opt/db": shut, "/opt/db/users.db": open]) == "/opt")
        #expect(obstacle(["/": open, "/opt": open, "/opt/db": open, "/opt/db/users.db": shut]) == "/opt/db/users.db")
        #expect(obstacle(["/": open, "/opt": open, "/opt/db": listed, "/opt/db/users.db": open]) == nil)
        #expect(obstacle([:]) == nil)
    }

    @Test("the way out takes nothing from anybody who may use the file now")
    func wayOut() {
        func mend(_ owner: uid_t, _ group: gid_t, _ mode: mode_t) -> String {
            let status = FileStatus(owner: owner, group: group, mode: mode)
            return HostCheck.mend(PathObstacle(path: "/x/f", status: status, needed: .read), account)
        }
        #expect(mend(0, 0, 0o600) == "chgrp 41991 /x/f && chmod g+r /x/f")
        #expect(mend(0, 41700, 0o640) == "usermod --append --groups 41700 diycloud-bridge")
        #expect(mend(0, 41991, 0o600) == "chmod g+r /x/f")
        #expect(mend(41990, 41991, 0o040) == "chmod u+r /x/f")
    }

    @Test("files of root alone are told with user, file and command", .enabled(if: geteuid() == 0))
    func rootsFiles() throws {
        let directory = NSTemporaryDirectory() + "host-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: directory,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o755]
        )
        defer { try? FileManager.default.removeItem(atPath: directory) }
        for name in ["bridge.yaml", "users.db"] {
            let made = FileManager.default.createFile(
                atPath: "\(directory)/\(name)",
                contents: nil,
                attributes: [.posixPermissions: 0o600]
            )
            try #require(made)
        }
        var configuration = Configuration()
        configuration.user = "nobody"
        configuration.store.path = "\(directory)/users.db"
        configuration.database.path = "\(directory)/bridge.db"
        func remarks() -> [String] {
            let check = HostCheck(configuration, file: "\(directory)/bridge.yaml")
            return check.remarks().filter { $0.text.contains("nobody") }.map(\.text)
        }
        let found = remarks()
        try #require(found.count == 3, "\(found)")
        #expect(found[0].hasPrefix("the user nobody may not read \(directory)/bridge.yaml; let it with: chgrp "))
        #expect(found[0].hasSuffix(" && chmod 0640 \(directory)/bridge.yaml"))
        #expect(found[1].hasPrefix("the user nobody may not read \(directory)/users.db; let it with: chgrp "))
        #expect(found[2].contains("may not write to \(directory)"))
        try #require(chmod("\(directory)/users.db", 0o644) == 0 && chmod("\(directory)/bridge.yaml", 0o644) == 0)
        try #require(chmod(directory, 0o757) == 0)
        #expect(remarks() == [])
        try #require(chmod(directory, 0o700) == 0)
        #expect(remarks().allSatisfy { $0.contains("may not enter \(directory)") || $0.contains("write to") })
    }
}
