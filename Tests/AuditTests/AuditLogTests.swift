import Foundation
import Identity
import Synchronization
import TestSupport
import Testing

@testable import Audit

@Suite("The audit log")
struct AuditLogTests {
    let directory: TemporaryDirectory
    let complaints = Complaints()

    init() throws { directory = try TemporaryDirectory() }

    final class Complaints: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func add(_ line: String) { lines.withLock { $0.append(line) } }
    }

    private var path: String { directory.path("audit.log") }

    private func log(_ path: String? = nil) -> AuditLog {
        let complaints = complaints
        return AuditLog(path: path ?? self.path) { complaints.add($0) }
    }

    private func lines(_ name: String = "audit.log") throws -> [String] {
        let text = try String(contentsOfFile: directory.path(name), encoding: .utf8)
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    private func object(_ line: String) throws -> [String: String] {
        try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String])
    }

    @Test("without a path nothing is written, and nothing goes wrong")
    func none() {
        let complaints = complaints
        let log = AuditLog(path: nil) { complaints.add($0) }
        log.record(AuditEvent(.signIn, at: 1_800_000_000, outcome: .success, user: "alice"))
        log.reopen()
        log.flush()
        #expect(complaints.all.isEmpty)
    }

    @Test("an event is one line of JSON with what is known of it, in a file of mode 0640")
    func oneLine() throws {
        let log = log()
        log.record(
            AuditEvent(
                .signIn,
                at: 1_800_000_000,
                outcome: .success,
                user: "alice",
                client: ClientAddress("192.0.2.1"),
                session: "0123"
            )
        )
        log.flush()
        #expect(
            try lines() == [
                #"{"time":"2027-01-15T08:00:00Z","kind":"sign-in","outcome":"success","user":"alice","client":"192.0.2.1","session":"0123"}"#
            ]
        )
        #expect(try directory.status("audit.log").st_mode & 0o7777 == 0o640)
        #expect(complaints.all.isEmpty)
    }

    @Test(
        "a name cannot forge a line, move a cursor or turn the text around",
        arguments: [
            "x\nfail: root", "x\r\n{\"kind\":\"sign-in\"}", "\",\"outcome\":\"success", "\u{1b}[2J\u{1b}]0;x\u{7}",
            "a\u{202e}b\u{2066}c",
            "\u{2028}\u{2029}\u{85}\u{0}\u{7f}", "\\", "\\\"", "\u{feff}é漢🎉\u{e0001}", "a\u{301}",
        ]
    )
    func injection(name: String) throws {
        let log = log()
        log.record(AuditEvent(.signInRefused, at: 0, outcome: .failure, user: name, reason: name, detail: name))
        log.flush()
        let line = try #require(try lines().first)
        #expect(try lines().count == 1)
        #expect(try object(line)["user"] == name)
        #expect(try object(line)["outcome"] == "failure")
        let dangerous = line.unicodeScalars.filter {
            [.control, .format, .lineSeparator, .paragraphSeparator].contains($0.properties.generalCategory)
        }
        #expect(dangerous.isEmpty)
    }

    @Test("any text comes back as it was, whatever its bytes")
    func fuzz() throws {
        let log = log()
        var texts: [String] = []
        for _ in 0..<500 {
            let bytes = (0..<Int.random(in: 0..<60)).map { _ in UInt8.random(in: 0...255) }
            texts.append(String(decoding: bytes, as: UTF8.self))
        }
        for text in texts { log.record(AuditEvent(.challenge, at: 0, user: text)) }
        log.flush()
        #expect(try lines().map { try object($0)["user"] } == texts)
    }

    @Test("a value of a megabyte is cut")
    func capped() throws {
        let log = log()
        log.record(AuditEvent(.signInRefused, at: 0, user: String(repeating: "\u{1}", count: 1_000_000)))
        log.flush()
        let line = try #require(try lines().first)
        #expect(line.utf8.count < 2000)
        #expect(try object(line)["user"]?.unicodeScalars.count == AuditLine.valueLimit + 1)
    }

    @Test("after logrotate has moved the file, a reopened log goes on in a new one")
    func rotation() throws {
        let log = log()
        log.record(AuditEvent(.signIn, at: 0, user: "first"))
        log.flush()
        try #require(rename(path, path + ".1") == 0)
        log.record(AuditEvent(.signIn, at: 0, user: "second"))
        log.reopen()
        log.record(AuditEvent(.signIn, at: 0, user: "third"))
        log.flush()
        #expect(try lines("audit.log.1").map { try object($0)["user"] } == ["first", "second"])
        #expect(try lines().map { try object($0)["user"] } == ["third"])
    }

    @Test("what cannot be written is told to the fallback, line by line, until the file is back")
    func unwritable() throws {
        let log = log(directory.path("missing/audit.log"))
        log.record(AuditEvent(.signIn, at: 0, user: "lost"))
        log.flush()
        #expect(complaints.all.count == 1)
        #expect(complaints.all[0].contains("missing/audit.log: No such file or directory"))
        #expect(complaints.all[0].contains("\"user\":\"lost\""))
        try FileManager.default.createDirectory(atPath: directory.path("missing"), withIntermediateDirectories: false)
        log.record(AuditEvent(.signIn, at: 0, user: "found"))
        log.flush()
        #expect(complaints.all.count == 1)
        #expect(try lines("missing/audit.log").count == 1)
    }

    @Test("a file that has another name elsewhere is not written, so that nobody can link one of root's here")
    func hardLink() throws {
        try Data("precious\n".utf8).write(to: URL(fileURLWithPath: directory.path("precious")))
        try #require(link(directory.path("precious"), path) == 0)
        let log = log()
        log.record(AuditEvent(.signIn, at: 0, user: "mallory"))
        log.flush()
        #expect(complaints.all.count == 1)
        #expect(complaints.all[0].contains("hard links"))
        #expect(try lines("precious") == ["precious"])
    }

    @Test("a dash is standard output, and makes no file of that name")
    func standardOutput() throws {
        let log = log("-")
        log.record(AuditEvent(.serviceStarted, at: 0))
        log.flush()
        #expect(complaints.all.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: "-"))
    }

    @Test("a full disk is survived")
    func fullDisk() throws {
        let log = log("/dev/full")
        log.record(AuditEvent(.signIn, at: 0, user: "alice"))
        log.flush()
        #expect(complaints.all.count == 1)
    }

    @Test("a link or a pipe in place of the file is refused without waiting", arguments: [true, false])
    func notAFile(isLink: Bool) throws {
        if isLink { try #require(symlink("/etc/passwd", path) == 0) } else { try #require(mkfifo(path, 0o600) == 0) }
        let log = log()
        log.record(AuditEvent(.signIn, at: 0, user: "alice"))
        log.flush()
        #expect(complaints.all.count == 1)
    }

    @Test("what root's command makes belongs to the owner of the directory", .enabled(if: geteuid() == 0))
    func ownership() throws {
        try #require(chown(directory.root, 4242, 4243) == 0)
        let log = log()
        log.record(AuditEvent(.administration, at: 0))
        log.flush()
        #expect(try directory.status("audit.log").st_uid == 4242)
        #expect(try directory.status("audit.log").st_gid == 4243)
    }

    @Test("two processes and many threads never mix their lines")
    func concurrent() async throws {
        let logs = [log(), log()]
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    logs[number % 2].record(
                        AuditEvent(.spawn, at: 0, user: "u\(number)", detail: String(repeating: "d", count: 200))
                    )
                }
            }
        }
        logs.forEach { $0.flush() }
        let users = try lines().map { try object($0)["user"] }
        #expect(Set(users).count == 200)
    }

    @Test(
        "time is written as RFC 3339 has it",
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"), (1_709_251_199, "2024-02-29T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"), (.max, "9999-12-31T23:59:59Z"),
            (.min, "0000-01-01T00:00:00Z"),
        ] as [(Int64, String)]
    )
    func time(seconds: Int64, text: String) {
        #expect(RFC3339.utc(seconds) == text)
    }
}
