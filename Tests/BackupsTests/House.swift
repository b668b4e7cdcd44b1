import Backups
import Foundation
import GRDB
import Glibc
import HostPrograms

/// A small host in a temporary directory: databases, configuration, the hub's state, a person's notebooks.
final class House: Sendable {
    let root: String
    let places: BackupPlaces
    let backup: String
    /// A uid that no account of the test machine has.
    let person: BackupPerson
    static let uid: UInt32 = 61_234

    init() throws {
        root = "/var/tmp/backups-test-" + UUID().uuidString.prefix(13)
        // The person has to get to their home.
        try FileManager.default.createDirectory(
            atPath: root,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o755]
        )
        var places = BackupPlaces(root: root)
        places.portainer = nil
        self.places = places
        person = BackupPerson(name: "alice", uid: Self.uid, gid: Self.uid, home: root + "/home/alice")
        backup = root + "/backups/cloud.tar"
        try makeFiles()
        try makeHome()
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    func real(_ path: String) -> String { root + path }

    private func makeFiles() throws {
        try write("/etc/diycloud-bridge/bridge.yaml", "listen: {}\n", mode: 0o644)
        try write("/etc/diycloud-bridge/jupyterhub.token", "secret-of-the-hub", mode: 0o640)
        try write("/etc/diycloud-bridge/docker/ca.key", "key", mode: 0o600)
        try write("/etc/diycloud-bridge/tls/privkey.pem", "private", mode: 0o600)
        try FileManager.default.createSymbolicLink(
            atPath: real("/etc/diycloud-bridge/tls/fullchain.pem"),
            withDestinationPath: "/etc/letsencrypt/live/cloud/fullchain.pem"
        )
        try write("/etc/nginx/nginx.conf", "not ours")
        try write("/etc/nginx/snippets/diycloud-bridge-guard.conf", "# guard")
        try write("/etc/systemd/system/diycloud-bridge.service.d/50-diycloud.conf", "[Service]\n")
        try write("/etc/systemd/system/diycloud-bridge.service", "a unit of the payload")
        try write("/etc/pam.d/diycloud-bridge", "auth required pam_unix.so\n")
        try write("/etc/machine-id", "0123456789abcdef0123456789abcdef\n")
        try write("/var/lib/diycloud-jupyterhub/cookie_secret", "cookie", mode: 0o600)
        try write("/var/lib/diycloud-jupyterhub/proxy.pid", "12")
        try write("/var/lib/diycloud-installation/manifest.json", "{}", mode: 0o600)
        try write("/backups/.keep", "")
        try makeDatabase("/opt/diycloud/usermgmt/db/users.db", rows: 200)
        try makeDatabase("/var/lib/diycloud-bridge/bridge.db", rows: 10)
        try makeDatabase("/var/lib/diycloud-jupyterhub/jupyterhub.sqlite", rows: 3)
    }

    private func makeHome() throws {
        try write("/home/alice/notebooks/first.ipynb", "{}")
        try write("/home/alice/notebooks/run.sh", "#!/bin/sh\n", mode: 0o750)
        try write("/home/alice/notebooks/deep/er/data.csv", String(repeating: "1,2\n", count: 5000))
        try FileManager.default.createSymbolicLink(
            atPath: real("/home/alice/notebooks/link"),
            withDestinationPath: "/etc/shadow"
        )
        _ = mkfifo(real("/home/alice/notebooks/pipe"), 0o600)
        try give("/home/alice")
        _ = chmod(real("/home/alice"), 0o700)
        // Root's file in a person's directory is not theirs to have.
        try write("/home/alice/notebooks/of-root", "not for alice", mode: 0o600)
        let attribute = "import os; os.setxattr('\(real("/home/alice/notebooks"))/first.ipynb', 'user.kind', b'note')"
        _ = try Shell.output("python3 -c \"\(attribute)\"")
    }

    func write(_ path: String, _ text: String, mode: mode_t = 0o644) throws {
        let file = real(path)
        try FileManager.default.createDirectory(
            atPath: (file as NSString).deletingLastPathComponent,
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        _ = chmod(file, mode)
    }

    func give(_ path: String) throws {
        _ = lchown(real(path), Self.uid, Self.uid)
        for name in try FileManager.default.subpathsOfDirectory(atPath: real(path)) {
            _ = lchown("\(real(path))/\(name)", Self.uid, Self.uid)
        }
    }

    func makeDatabase(_ path: String, rows: Int) throws {
        try write(path, "", mode: 0o640)
        let pool = try DatabasePool(path: real(path))
        try pool.write { db in
            try db.execute(sql: "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, half INTEGER, other INTEGER)")
            for row in 0..<rows {
                try db.execute(sql: "INSERT INTO users VALUES (?, ?, 1, 1)", arguments: [row, "u\(row)"])
            }
        }
        try pool.close()
    }

    func rows(_ path: String) throws -> Int {
        let queue = try DatabaseQueue(path: real(path))
        defer { try? queue.close() }
        return try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM users") ?? 0 }
    }

    func text(_ path: String) -> String? { try? String(contentsOfFile: real(path), encoding: .utf8) }

    func status(_ path: String) -> stat? {
        var status = stat()
        return lstat(real(path), &status) == 0 ? status : nil
    }

    /// What `find -printf` says of a tree: names, kinds, modes, owners, targets; and digests.
    func tree(_ path: String) throws -> String {
        try Shell.output(
            "cd '\(real(path))' && find . -printf '%P %y %m %U %G %l\\n' | sort && find . -type f -exec sha256sum {} + | sort"
        )
    }

    func plan(people: Bool = false, replaces: Bool = false) -> BackupPlan {
        BackupPlan(places: places, people: people ? [person] : [], version: "1.2.3", replacesFile: replaces)
    }

    func options(people: Bool = false) -> Restore.Options {
        Restore.Options(
            places: places,
            people: people ? [person] : [],
            version: "1.2.3",
            savedDirectory: root + "/saved",
            workDirectory: root + "/backups"
        )
    }

    @discardableResult
    func write(people: Bool = false, programs: any HostPrograms = QuietPrograms()) async throws -> BackupManifest {
        try await Backup.write(plan(people: people), to: backup, programs: programs)
    }

    func restore(people: Bool = false, programs: any HostPrograms = QuietPrograms()) async throws -> RestorePlan {
        let plan = try await Restore.plan(backup, options: options(people: people), programs: programs)
        try await Restore.apply(plan, programs: programs)
        return plan
    }

    /// What of a run is left beside the backup.
    var leftovers: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root + "/backups")) ?? []
        return names.filter { ![".keep", "cloud.tar"].contains($0) }
    }
}
