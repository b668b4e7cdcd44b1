import BridgeDatabase
import Foundation
import Identity
import Regulation
import Sessions
import TestSupport
import Testing

/// The built program beside a service that has the same database open: two real processes.
@Suite("diycloud-bridge session and regulation")
struct SessionCommandTests {
    let directory: TemporaryDirectory
    let database: BridgeDatabase
    let register: SessionRegister
    let now = Int64(Date().timeIntervalSince1970)

    init() async throws {
        directory = try TemporaryDirectory()
        database = try BridgeDatabase.open(path: directory.path("bridge.db"))
        register = SessionRegister(store: SQLiteSessionStore(database: database))
        try await register.load(now: now)
    }

    private func open(_ name: String) async throws -> ActiveSession {
        try await register.open(
            principal: Principal(name: try UserName(name), role: .user, email: nil),
            client: ClientAddress("192.0.2.7") ?? .local,
            userAgent: "Mozilla/5.0",
            linuxAccount: false,
            now: now
        ).session
    }

    private func run(
        _ arguments: String...,
        in directory: TemporaryDirectory? = nil
    ) throws -> (status: Int32, output: String, errors: String) {
        try run(arguments, in: directory ?? self.directory)
    }

    private func configuration(in directory: TemporaryDirectory) throws -> String {
        let path = directory.path("bridge.yaml")
        let text = """
            database:
              path: \(directory.path("bridge.db"))
            audit:
              path: \(directory.path("audit.log"))
            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    /// Runs the program that was built beside this test.
    private func run(
        _ arguments: [String],
        in directory: TemporaryDirectory
    ) throws -> (status: Int32, output: String, errors: String) {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: own).deletingLastPathComponent()
            .appendingPathComponent("diycloud-bridge")
        process.arguments =
            arguments + ["--config", try configuration(in: directory)]
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text, complaint)
    }

    private func audit() throws -> [[String: String]] {
        try String(contentsOfFile: directory.path("audit.log"), encoding: .utf8).split(separator: "\n").map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String])
        }
    }

    @Test("list shows who is signed in, to people and to programs")
    func list() async throws {
        #expect(try run("session", "list").output == "Nobody is signed in.\n")
        let alice = try await open("alice")
        _ = try await open("bob")
        let text = try run("session", "list").output
        #expect(text.contains(alice.id.rawValue) && text.contains("bob") && text.contains("192.0.2.7"))
        let json = try run("session", "list", "--user", "alice", "--format", "json").output
        let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: [[String: Any]]]
        let entry = try #require(object?["sessions"]?.first)
        #expect(object?["sessions"]?.count == 1)
        #expect(entry["id"] as? String == alice.id.rawValue)
        #expect(entry["user_agent"] as? String == "Mozilla/5.0")
    }

    @Test("revoke ends a session of the running service at its next sweep, and is audited")
    func revoke() async throws {
        let gone = try await open("alice")
        let kept = try await open("alice")
        let result = try run("session", "revoke", gone.id.rawValue)
        #expect(result.status == 0 && result.output == "1 session ended.\n", "\(result.errors)")
        try await register.sweep(now: now)
        #expect(!gone.isValid(now: now) && kept.isValid(now: now))
        let event = try #require(try audit().first)
        #expect(event["kind"] == "session-ended")
        #expect(event["session"] == gone.id.rawValue)
        #expect(event["actor"]?.hasPrefix("uid ") == true)
        #expect(try run("session", "revoke", gone.id.rawValue).status == 1)
    }

    @Test("revoke --user and --all end what they say")
    func revokeMany() async throws {
        let alice = try await open("alice")
        let bob = try await open("bob")
        #expect(try run("session", "revoke", "--user", "alice").status == 0)
        try await register.sweep(now: now)
        #expect(!alice.isValid(now: now) && bob.isValid(now: now))
        #expect(try run("session", "revoke", "--all").status == 0)
        try await register.sweep(now: now)
        #expect(!bob.isValid(now: now))
    }

    @Test(
        "wrong usage is told as such",
        arguments: [
            ["session", "revoke"], ["session", "revoke", "--all", "--user", "alice"],
            ["session", "revoke", "nonsense"],
            ["session", "list", "--user", "../x"], ["regulation", "lift"],
            ["regulation", "lift", "--client", "nowhere"],
        ]
    )
    func wrongUsage(arguments: [String]) throws {
        let result = try run(arguments, in: directory)
        #expect(result.status == 64)
        #expect(!result.errors.isEmpty)
    }

    @Test("an administrator sees a ban, lifts it, and both the person and the audit log know")
    func regulation() async throws {
        let regulator = Regulator(database: database)
        let client = try #require(ClientAddress("2001:db8::7"))
        for _ in 0..<6 { _ = try await regulator.admit(account: "alice", client: client, now: now) }
        let list = try run("regulation", "list", "--banned").output
        #expect(list.contains("alice") && list.contains("2001:db8:0:0:0:0:0:0/64"))
        #expect(try run("regulation", "lift", "--account", "Alice").output == "2 counts removed.\n")
        guard case .admitted = try await regulator.admit(account: "alice", client: client, now: now) else {
            Issue.record("still banned")
            return
        }
        #expect(try audit().map { $0["kind"] } == ["ban-lifted"])
    }

    @Test("run by root, the commands leave nothing that the service's user cannot open", .enabled(if: geteuid() == 0))
    func asRoot() async throws {
        let fresh = try TemporaryDirectory()
        try #require(chown(fresh.root, 4242, 4243) == 0)
        try BridgeDatabase.open(path: fresh.path("bridge.db")).close()
        #expect(try run("session", "revoke", "--all", in: fresh).status == 0)
        for name in ["bridge.db", "bridge.db-wal", "bridge.db-shm", "audit.log"] {
            if let status = try? fresh.status(name) { #expect(status.st_uid == 4242, "\(name)") }
        }
    }

    @Test("a hard link to a file of root's keeps no command at root's rights", .enabled(if: geteuid() == 0))
    func hardLink() async throws {
        let fresh = try TemporaryDirectory()
        try BridgeDatabase.open(path: directory.path("roots.db")).close()
        try #require(link(directory.path("roots.db"), fresh.path("bridge.db")) == 0)
        try #require(chown(fresh.root, 4242, 4243) == 0)
        #expect(try run("session", "list", in: fresh).status != 0)
        // Once the file is the directory's owner's, too, the same command works.
        try #require(chown(fresh.path("bridge.db"), 4242, 4243) == 0)
        #expect(try run("session", "list", in: fresh).status == 0)
    }
}
