import Foundation
import GRDB
import TestSupport
import Testing

@testable import BridgeDatabase

@Suite("The bridge database")
struct BridgeDatabaseTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private var path: String { directory.path("bridge.db") }

    @Test("a new file and its companions are readable by their owner only")
    func modes() async throws {
        let database = try BridgeDatabase.open(path: path)
        try await database.write { try $0.execute(sql: "INSERT INTO credentials VALUES ('a', 'h', NULL, 1)") }
        for suffix in ["", "-wal", "-shm"] {
            #expect(try directory.status("bridge.db\(suffix)").st_mode & 0o7777 == 0o600)
        }
    }

    @Test("what root makes belongs to the owner of the directory", .enabled(if: geteuid() == 0))
    func ownership() async throws {
        try #require(chown(directory.root, 4242, 4243) == 0)
        let database = try BridgeDatabase.open(path: path)
        try await database.write { try $0.execute(sql: "INSERT INTO credentials VALUES ('a', 'h', NULL, 1)") }
        for suffix in ["", "-wal", "-shm"] {
            let status = try directory.status("bridge.db\(suffix)")
            #expect(status.st_uid == 4242, "bridge.db\(suffix)")
            #expect(status.st_gid == 4243, "bridge.db\(suffix)")
        }
    }

    @Test("a second opening finds what the first has written")
    func reopen() async throws {
        let first = try BridgeDatabase.open(path: path)
        try await first.write { try $0.execute(sql: "INSERT INTO credentials VALUES ('a', 'h', NULL, 1)") }
        let second = try BridgeDatabase.open(path: path)
        let count = try await second.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM credentials") }
        #expect(count == 1)
        try await second.check()
    }

    @Test("a file that a newer version has migrated is refused with the migrations' names")
    func newer() async throws {
        do {
            let database = try BridgeDatabase.open(path: path)
            try await database.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99-future')") }
            try database.close()
        }
        #expect(throws: BridgeDatabaseError.newer(path: path, migrations: ["99-future"])) {
            try BridgeDatabase.open(path: path)
        }
    }

    @Test("another program's database is refused and stays as it was, byte for byte")
    func foreign() throws {
        let queue = try DatabaseQueue(path: path)
        try queue.write { try $0.execute(sql: "CREATE TABLE users (id INTEGER PRIMARY KEY)") }
        try queue.close()
        try #require(chmod(path, 0o600) == 0)
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(throws: BridgeDatabaseError.foreign(path: path)) { try BridgeDatabase.open(path: path) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }

    @Test("a file of rubbish is corrupt, not empty")
    func rubbish() throws {
        try Data(repeating: 0x41, count: 8192).write(to: URL(fileURLWithPath: path))
        try #require(chmod(path, 0o600) == 0)
        let error = #expect(throws: BridgeDatabaseError.self) { try BridgeDatabase.open(path: path) }
        guard case .corrupt = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("a missing directory, a link, and a file that others may read are refused by name", arguments: [0, 1, 2])
    func refused(fault: Int) throws {
        var expected = BridgeDatabaseError.notRegularFile(path: path)
        var path = path
        switch fault {
        case 0:
            path = directory.path("nowhere/bridge.db")
            expected = .directory(path: path, reason: "No such file or directory")
        case 1: try #require(symlink("/etc/passwd", path) == 0)
        default:
            try #require(FileManager.default.createFile(atPath: path, contents: nil))
            try #require(chmod(path, 0o644) == 0)
            expected = .tooOpen(path: path, mode: 0o644)
        }
        #expect(throws: expected) { try BridgeDatabase.open(path: path) }
        #expect(expected.description.contains(path))
    }

    @Test("a planted link in place of the log is refused")
    func plantedCompanion() throws {
        try #require(symlink("/etc/passwd", path + "-wal") == 0)
        #expect(throws: BridgeDatabaseError.notRegularFile(path: path + "-wal")) { try BridgeDatabase.open(path: path) }
    }

    @Test("many who open a new file at once all get one schema")
    func concurrentOpening() async throws {
        let path = path
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { try await BridgeDatabase.open(path: path).check() } }
            try await group.waitForAll()
        }
    }

    @Test("a writer that waits too long is told who to look for")
    func busy() async throws {
        let holder = try BridgeDatabase.open(path: path)
        let waiter = try BridgeDatabase.open(path: path, configuration: .init(busyTimeout: 0.01))
        let path = path
        try await holder.write { _ in
            let done = DispatchSemaphore(value: 0)
            Task.detached {
                await #expect(throws: BridgeDatabaseError.busy(path: path)) {
                    try await waiter.write { try $0.execute(sql: "DELETE FROM credentials") }
                }
                done.signal()
            }
            done.wait()
        }
    }

    @Test("a foreign write changes the version, an own one does not")
    func foreignVersion() async throws {
        let one = try BridgeDatabase.open(path: path)
        let other = try BridgeDatabase.open(path: path)
        let start = try await one.foreignVersion()
        try await one.write { try $0.execute(sql: "INSERT INTO credentials VALUES ('a', 'h', NULL, 1)") }
        #expect(try await one.foreignVersion() == start)
        try await other.writeDurably { try $0.execute(sql: "DELETE FROM credentials") }
        #expect(try await one.foreignVersion() != start)
    }

    @Test("sqlite3(1) in clumsy hands cannot put a wrong type into a column")
    func types() async throws {
        let database = try BridgeDatabase.open(path: path)
        for statement in [
            "INSERT INTO credentials VALUES ('a', 'h', NULL, 'soon')",
            "INSERT INTO credentials VALUES (x'00', 'h', NULL, 1)",
            "INSERT INTO server_key VALUES (1, 'short', 1)",
            "INSERT INTO revocations VALUES (1, 'a', x'00', 'revoked', 1)",
        ] {
            await #expect(throws: BridgeDatabaseError.self) {
                try await database.write { try $0.execute(sql: statement) }
            }
        }
    }

    @Test("a file that is taken away or replaced while it is open is noticed", arguments: [true, false])
    func replaced(isRemoved: Bool) async throws {
        let database = try BridgeDatabase.open(path: path)
        try await database.check()
        try #require(rename(path, path + ".old") == 0)
        if !isRemoved { try #require(FileManager.default.createFile(atPath: path, contents: nil)) }
        await #expect(throws: BridgeDatabaseError.replaced(path: path)) { try await database.check() }
    }

    @Test("a cancelled task still finishes its write")
    func cancellation() async throws {
        let database = try BridgeDatabase.open(path: path)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await database.write { try $0.execute(sql: "INSERT INTO credentials VALUES ('a', 'h', NULL, 1)") }
        }
        try await task.value
        let count = try await database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM credentials") }
        #expect(count == 1)
    }
}
