import Foundation
import Identity
import Testing

@testable import UserStore

@Suite("Changes by an administrator")
struct EditorTests {
    private func mode(_ path: String) -> mode_t {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
    }

    /// What a change throws.
    private func failure(_ body: () throws(StoreEditError) -> Void) -> StoreEditError? {
        do {
            try body()
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "a user is added with a locked password and an allocation, and reads back without a finding",
        arguments: ["delete", "wal"]
    )
    func add(mode: String) throws {
        let fixture = try StoreFixture()
        try fixture.sqlite3("PRAGMA journal_mode = \(mode);")
        let quota = Quota(cpuCores: 1.5, memory: .mebibytes(1536), disk: .gibibytes(10), gpu: true)
        try UserStoreEditor(path: fixture.path).add(UserName("bob"), email: "d'a@x", role: .admin, quota: quota)
        let snapshot = try fixture.read()
        let bob = try #require(snapshot.users[UserName("bob")])
        #expect(
            bob.quota == quota && bob.role == .admin && bob.email == "d'a@x" && bob.password == .none && bob.isActive
        )
        #expect(snapshot.findings.isEmpty)
        #expect(
            try fixture.sqlite3(
                "SELECT password_hash, mem_limit, disk_quota, gpu_access FROM users, resource_allocations;"
            ) == "!|1536M|10G|1\n"
        )
        #expect(try fixture.filesBeside == ["users.db", "backups"])
    }

    @Test("a name that is taken in any case, reserved, or the system's is refused")
    func refusedNames() throws {
        let fixture = try StoreFixture()
        for name in ["'Bob'", "'eve'", "'\u{212A}arl'"] { try fixture.add(name) }
        let editor = UserStoreEditor(path: fixture.path) { $0.rawValue == "hostsystem" }
        for (name, existing) in [("bob", "Bob"), ("eve", "eve"), ("karl", "\u{212A}arl")] {
            let name = try UserName(name)
            #expect(
                failure { () throws(StoreEditError) in try editor.add(name) }
                    == .userExists(name: name, existing: existing)
            )
            #expect(
                failure { () throws(StoreEditError) in try editor.check(newName: name) }
                    == .userExists(name: name, existing: existing)
            )
        }
        for name in ["root", "daemon", "hostsystem"] {
            let name = try UserName(name)
            #expect(failure { () throws(StoreEditError) in try editor.add(name) } == .reservedName(name))
        }
        let joe = try UserName("joe")
        #expect(
            failure { () throws(StoreEditError) in try editor.add(joe, email: "x\r\ny@z") } == .badEmail("x\r\ny@z")
        )
        #expect(try fixture.read().users.count == 1)
    }

    @Test("SQL in a name or a mail address is text")
    func injection() throws {
        let fixture = try StoreFixture()
        try fixture.add("'bob'")
        let evil = "x'; DROP TABLE users; --"
        let editor = UserStoreEditor(path: fixture.path)
        #expect(
            failure { () throws(StoreEditError) in try editor.setActive(false, of: evil) }
                == .noSuchUser(name: evil, path: fixture.path)
        )
        #expect(failure { () throws(StoreEditError) in try editor.delete("' OR '1'='1") } != nil)
        #expect(try fixture.read().users.count == 1)
    }

    @Test("disable, enable, role and password mark are each one change of one column")
    func columns() throws {
        let fixture = try StoreFixture()
        try fixture.add("'bob'", hash: "'\(String(repeating: "ab", count: 32))'")
        try fixture.add("'eve'")
        let editor = UserStoreEditor(path: fixture.path)
        let bob = try UserName("bob")
        try editor.setActive(false, of: "bob")
        #expect(try fixture.read().users[bob]?.isActive == false)
        try editor.setActive(true, of: "bob")
        try editor.setRole(.admin, of: "bob")
        try editor.lockPassword(of: "bob")
        let record = try #require(fixture.read().users[bob])
        #expect(record.isActive && record.role == .admin && record.password == .none)
        #expect(
            try fixture.sqlite3("SELECT role, is_active, password_hash FROM users WHERE username = 'eve';")
                == "user|1|PLACEHOLDER\n"
        )
    }

    @Test("a new quota goes to every allocation of the user, and what is not named stays")
    func quota() throws {
        let fixture = try StoreFixture()
        try fixture.add("'bob'", cpu: "3", memory: "'2GM'", gpu: "1")
        try fixture.add("'eve'")
        try fixture.sqlite3(
            "INSERT INTO resource_allocations (user_id, cpu_limit, mem_limit, disk_quota) VALUES (1, 9, '9G', '9G');"
        )
        try UserStoreEditor(path: fixture.path).setQuota(
            QuotaChange(cpu: nil, memory: "4096M", disk: nil, gpu: nil),
            of: "bob"
        )
        let snapshot = try fixture.read()
        #expect(
            snapshot.users[try UserName("bob")]?.quota
                == Quota(cpuCores: 3, memory: .gibibytes(4), disk: .gibibytes(5), gpu: true)
        )
        #expect(snapshot.users[try UserName("eve")]?.quota == .platformDefault)
        #expect(!snapshot.findings.contains { $0.kind == .duplicateAllocation })
        #expect(
            try fixture.sqlite3("SELECT count(*) FROM resource_allocations WHERE user_id = 1 AND mem_limit = '4G';")
                == "2\n"
        )
    }

    @Test("a quota for a user without an allocation makes one")
    func missingQuota() throws {
        let fixture = try StoreFixture()
        try fixture.sqlite3("INSERT INTO users (username, password_hash) VALUES ('bob', 'PLACEHOLDER');")
        try UserStoreEditor(path: fixture.path).setQuota(
            QuotaChange(cpu: "2", memory: nil, disk: nil, gpu: nil),
            of: "bob"
        )
        let quota = try #require(fixture.read().users[UserName("bob")]?.quota)
        #expect(quota == Quota(cpuCores: 2, memory: .gibibytes(2), disk: .gibibytes(5), gpu: false))
    }

    @Test(
        "a number that no quota can have is refused",
        arguments: [
            "-1", "0", "9223372036854775808", "1e309", "1G; rm -rf /", "NaN", "inf", "", " ", "0x10", "1e3", "+1",
            "1,5", "1G\n", "-1G",
            "9223372036854775808G", "99999999T", "0G", "0.0001",
        ]
    )
    func badNumbers(text: String) {
        #expect(throws: QuotaChangeError.self) { try QuotaChange(cpu: text, memory: nil, disk: nil, gpu: nil) }
        #expect(throws: QuotaChangeError.self) {
            try QuotaChange(cpu: nil, memory: text == "1G\n" ? "G" : text, disk: nil, gpu: nil)
        }
        #expect(throws: QuotaChangeError.self) {
            try QuotaChange(cpu: nil, memory: nil, disk: text == "1G\n" ? "G" : text, gpu: nil)
        }
    }

    @Test("delete takes the row, its allocations and its old sessions, and nobody else's")
    func delete() throws {
        let fixture = try StoreFixture()
        try fixture.add("'Bob Smith'")
        try fixture.add("'eve'")
        try fixture.sqlite3(
            "INSERT INTO sessions (user_id, session_token, expires_at) VALUES (1, 'a', '2030-01-01'), (2, 'b', '2030-01-01');"
                + "INSERT INTO activity_log (user_id, activity_type) VALUES (1, 'login');"
        )
        try UserStoreEditor(path: fixture.path).delete("Bob Smith")
        let counts =
            "SELECT (SELECT group_concat(id) FROM users), (SELECT group_concat(user_id) FROM resource_allocations), "
            + "(SELECT group_concat(user_id) FROM sessions), (SELECT count(*) FROM activity_log);"
        #expect(try fixture.sqlite3(counts) == "2|2|2|1\n")
    }

    @Test("one run makes one backup before its first change, readable by nobody else, of the store as it was")
    func backup() throws {
        let fixture = try StoreFixture()
        try fixture.add("'bob'")
        let editor = UserStoreEditor(path: fixture.path)
        try editor.check(newName: UserName("joe"))
        #expect(editor.backupPath == nil)
        try editor.setActive(false, of: "bob")
        let backup = try #require(editor.backupPath)
        try editor.setActive(true, of: "bob")
        #expect(editor.backupPath == backup && mode(backup) == 0o600 && mode(fixture.directory + "/backups") == 0o700)
        #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.directory + "/backups").count == 1)
        #expect(try StoreReader(path: backup).read().users[UserName("bob")]?.isActive == true)
        try editor.setActive(false, of: "bob")
        #expect(try StoreReader(path: backup).read().users[UserName("bob")]?.isActive == true)
    }

    @Test("no backup, no change")
    func noBackup() throws {
        let fixture = try StoreFixture()
        try fixture.add("'bob'")
        try Data().write(to: URL(fileURLWithPath: fixture.directory + "/backups"))
        let editor = UserStoreEditor(path: fixture.path)
        guard case .backupFailed = failure({ () throws(StoreEditError) in try editor.delete("bob") }) else {
            return #expect(Bool(false))
        }
        #expect(try fixture.read().users.count == 1)
    }

    @Test("only the newest fifty backups are kept, and other files are left alone")
    func pruning() throws {
        let fixture = try StoreFixture()
        try fixture.add("'bob'")
        let backups = fixture.directory + "/backups"
        try FileManager.default.createDirectory(atPath: backups, withIntermediateDirectories: false)
        for day in 10..<70 {
            try Data().write(to: URL(fileURLWithPath: "\(backups)/users.db.200001\(day)T000000.000Z.bak"))
        }
        try Data().write(to: URL(fileURLWithPath: "\(backups)/users.db.mine.bak"))
        try UserStoreEditor(path: fixture.path).setActive(false, of: "bob")
        let names = try FileManager.default.contentsOfDirectory(atPath: backups)
        #expect(
            names.count == 51 && names.contains("users.db.mine.bak")
                && !names.contains("users.db.20000110T000000.000Z.bak")
        )
    }

    @Test("owner and mode of the store stay as they were", .enabled(if: geteuid() == 0), arguments: ["delete", "wal"])
    func ownership(journal: String) throws {
        let fixture = try StoreFixture()
        try fixture.sqlite3("PRAGMA journal_mode = \(journal);")
        try fixture.add("'bob'")
        chown(fixture.path, 1234, 5678)
        chmod(fixture.path, 0o640)
        try UserStoreEditor(path: fixture.path).setActive(false, of: "bob")
        var status = stat()
        #expect(
            stat(fixture.path, &status) == 0 && status.st_uid == 1234 && status.st_gid == 5678
                && mode(fixture.path) == 0o640
        )
    }

    @Test("a locked store is waited for")
    func waits() throws {
        let fixture = try StoreFixture()
        try fixture.add("'bob'")
        let writer = try OpenSQLite(fixture.path)
        writer.run("BEGIN EXCLUSIVE; UPDATE users SET role = 'admin';")
        Thread {
            usleep(100_000)
            writer.run("COMMIT;")
        }.start()
        try UserStoreEditor(path: fixture.path).setActive(false, of: "bob")
        let bob = try #require(fixture.read().users[UserName("bob")])
        #expect(bob.role == .admin && !bob.isActive)
    }

    @Test("a new store has the platform's tables, and an old one is never overwritten")
    func initialise() throws {
        let fixture = try StoreFixture(schema: false)
        let path = fixture.directory + "/a/b/users.db"
        try StoreInitialiser(readerGroup: getegid()).initialise(path: path)
        #expect(mode(path) == 0o640 && mode(fixture.directory + "/a/b") == 0o750)
        #expect(try StoreReader(path: path).read().users.isEmpty)
        #expect(
            try Program.run("/usr/bin/sqlite3", [path, ".tables"]).split(whereSeparator: \.isWhitespace).sorted()
                == ["activity_log", "resource_allocations", "sessions", "users"]
        )
        #expect(
            failure { () throws(StoreEditError) in try StoreInitialiser().initialise(path: path) }
                == .alreadyThere(path: path)
        )
        #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.directory + "/a/b") == ["users.db"])
    }

    @Test("a password has 1 to 511 bytes and no control character")
    func passwords() throws {
        _ = try NewPassword("correct horse battery staple ⚡")
        _ = try NewPassword(String(repeating: "x", count: 511))
        for text in [
            "", String(repeating: "x", count: 512), String(repeating: "é", count: 256), "a\nroot:x", "a\0", "a\tb",
            "a\u{7F}", "\u{85}",
        ] {
            #expect(throws: NewPasswordError.self) { try NewPassword(text) }
        }
    }
}
