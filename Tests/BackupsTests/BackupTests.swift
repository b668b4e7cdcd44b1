import Backups
import Foundation
import GRDB
import Glibc
import Testing

/// As root: notebooks are read as their owner.
@Suite(.serialized)
struct BackupTests {
    @Test("what was saved comes back byte for byte, with modes and owners")
    func roundTrip() async throws {
        let house = try House()
        let manifest = try await house.write()
        #expect(
            manifest.items.map(\.kind) == [
                .userStore, .bridgeDatabase, .hubDatabase, .configuration, .hostFiles, .hubState, .installation,
            ]
        )
        #expect(house.leftovers.isEmpty)
        #expect(house.status("/backups/cloud.tar")?.st_mode == S_IFREG | 0o600)
        let before = try house.tree("/etc")
        try house.write("/etc/diycloud-bridge/bridge.yaml", "broken: yes\n", mode: 0o600)
        try house.write("/etc/diycloud-bridge/new.yaml", "later")
        try house.write("/etc/nginx/snippets/diycloud-bridge-guard.conf", "# changed")
        unlink(house.real("/var/lib/diycloud-jupyterhub/cookie_secret"))
        unlink(house.real("/opt/diycloud/usermgmt/db/users.db"))
        try house.makeDatabase("/opt/diycloud/usermgmt/db/users.db", rows: 1)
        let programs = QuietPrograms(running: ["diycloud-bridge.service", "diycloud-bridge-pam.socket"])
        let plan = try await house.restore(programs: programs)
        #expect(try house.tree("/etc") == before)
        #expect(house.text("/var/lib/diycloud-jupyterhub/cookie_secret") == "cookie")
        #expect(house.status("/var/lib/diycloud-jupyterhub/cookie_secret")?.st_mode == S_IFREG | 0o600)
        #expect(try house.rows("/opt/diycloud/usermgmt/db/users.db") == 200)
        #expect(try house.rows("/var/lib/diycloud-jupyterhub/jupyterhub.sqlite") == 3)
        #expect(house.status("/opt/diycloud/usermgmt/db/users.db")?.st_mode == S_IFREG | 0o640)
        #expect(
            programs.calls == [
                "stop diycloud-bridge-pam.socket", "stop diycloud-bridge.service",
                "start diycloud-bridge.service", "start diycloud-bridge-pam.socket",
            ]
        )
        let saved = try #require(plan.saved)
        #expect(try Archive.verify(saved).items.count == manifest.items.count)
        #expect(try Shell.output("find '\(house.root)' -name '.*restored-*' -o -name '.*before-*'") == "")
    }

    @Test("a restore can be made again, and then again")
    func twice() async throws {
        let house = try House()
        try await house.write()
        let before = try house.tree("/etc")
        _ = try await house.restore()
        unlink(house.real("/etc/diycloud-bridge/jupyterhub.token"))
        try await Task.sleep(for: .seconds(1.1))
        _ = try await house.restore()
        #expect(try house.tree("/etc") == before)
        #expect(house.leftovers.isEmpty)
    }

    @Test("the store is saved whole while somebody writes it")
    func whileWriting() async throws {
        let house = try House()
        let path = house.real("/opt/diycloud/usermgmt/db/users.db")
        let pool = try DatabasePool(path: path)
        let writer = Task {
            var count = 0
            while !Task.isCancelled {
                // Two columns that change in one transaction: a torn copy would show them apart.
                try await pool.write { db in
                    try db.execute(sql: "UPDATE users SET half = half + 1")
                    try db.execute(sql: "UPDATE users SET other = other + 1")
                }
                count += 1
            }
            return count
        }
        try await house.write()
        writer.cancel()
        _ = try? await writer.value
        try pool.close()
        let out = house.real("/out")
        _ = try Shell.output("mkdir '\(out)' && tar -xf '\(house.backup)' -C '\(out)'")
        let copy = try DatabaseQueue(path: out + "/user-store.db")
        #expect(
            try await copy.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM users WHERE half <> other") } == 0
        )
        #expect(try await copy.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") } == "ok")
    }

    @Test("it can be opened and compared without this program")
    func withoutUs() async throws {
        let house = try House()
        try await house.write(people: true)
        let out = house.real("/out")
        _ = try Shell.output(
            "mkdir '\(out)' && cd '\(out)' && tar -xf '\(house.backup)' && sha256sum --quiet -c SHA256SUMS"
        )
        #expect(try Shell.output("cd '\(out)' && tar -tf configuration.tar.*").contains("./jupyterhub.token"))
        #expect(try !Shell.output("cat '\(out)/MANIFEST.json'").contains("secret-of-the-hub"))
    }

    @Test("a host without zstd saves with gzip")
    func gzip() async throws {
        let house = try House()
        let programs = QuietPrograms(missing: ["zstd"])
        let manifest = try await house.write(people: true, programs: programs)
        #expect(manifest.items.last?.member == "notebooks/alice.tar.gz")
        _ = try await house.restore(people: true, programs: programs)
    }

    @Test("a file that is there is not replaced without being told to")
    func exists() async throws {
        let house = try House()
        try await house.write()
        await #expect(throws: BackupError.exists(house.backup)) { try await house.write() }
        _ = try await Backup.write(house.plan(replaces: true), to: house.backup, programs: QuietPrograms())
    }

    @Test("a directory that others may write to is no place for it")
    func openDirectory() async throws {
        let house = try House()
        _ = chmod(house.real("/backups"), 0o777)
        await #expect(throws: BackupError.unsafePlace(house.real("/backups"), reason: "others may write to it")) {
            try await house.write()
        }
    }

    @Test("somebody else's file of the name that it is written to is not used")
    func foreignPart() async throws {
        let house = try House()
        _ = chmod(house.real("/backups"), 0o1777)
        try house.write("/backups/cloud.tar.part", "")
        _ = chown(house.backup + ".part", House.uid, House.uid)
        await #expect(throws: BackupError.self) { try await house.write() }
        #expect(house.text("/backups/cloud.tar.part") == "")
    }

    @Test("a damaged database is told of, and kept as it is where that is wanted")
    func damaged() async throws {
        let house = try House()
        let path = "/opt/diycloud/usermgmt/db/users.db"
        try house.write(path, String(repeating: "no database", count: 1000), mode: 0o600)
        await #expect(throws: BackupError.self) { try await house.write() }
        #expect(house.status("/backups/cloud.tar") == nil)
        #expect(house.leftovers.isEmpty)
        var plan = house.plan()
        plan.acceptsDamage = true
        let manifest = try await Backup.write(plan, to: house.backup, programs: QuietPrograms())
        #expect(manifest.items.contains { $0.kind == .damagedDatabase })
        let restore = try await Restore.plan(house.backup, options: house.options(), programs: QuietPrograms())
        #expect(restore.actions.contains { $0.kind == .leave && $0.path == path })
    }

    @Test("what cannot be saved is named: a socket, a link that leads out of the tree")
    func skipped() async throws {
        let house = try House()
        try FileManager.default.createSymbolicLink(
            atPath: house.real("/etc/diycloud-bridge/out"),
            withDestinationPath: "/root/.ssh/id_rsa"
        )
        _ = mkfifo(house.real("/etc/diycloud-bridge/pipe"), 0o600)
        let manifest = try await house.write()
        #expect(manifest.skipped.map(\.path) == ["/etc/diycloud-bridge/out", "/etc/diycloud-bridge/pipe"])
        _ = try await house.restore()
    }

    @Test("the installer's record goes back to the machine that it is of, to no other")
    func installation() async throws {
        let house = try House()
        try await house.write()
        try house.write("/etc/machine-id", "another\n")
        let plan = try await Restore.plan(house.backup, options: house.options(), programs: QuietPrograms())
        #expect(plan.actions.first { $0.path == "/var/lib/diycloud-installation" }?.kind == .leave)
    }
}
