import Foundation
import Glibc
import SyncReport
import TestSupport
import Testing

@Suite("The file of the last reconciliation")
struct SyncReportFileTests {
    private let directory: TemporaryDirectory
    private var file: SyncReportFile { SyncReportFile(path: directory.path("sync.json")) }

    init() throws { directory = try TemporaryDirectory() }

    private let report = SyncReport(
        at: 1_800_000_000,
        durationMilliseconds: 12,
        users: 3,
        areas: [.limits: .init(at: 1_800_000_000, applied: 2, failed: 1)],
        findings: [
            SyncFinding(area: .limits, user: "bob", kind: "not-in-force", text: "It is so.", remedy: "Do that."),
            SyncFinding(area: .disk, user: nil, kind: "quota-off", text: "It is so."),
        ]
    )

    @Test("what was written is what is read")
    func roundTrip() throws {
        try file.write(report, group: nil)
        #expect(try file.read() == report)
        #expect(try file.read()?[.limits]?.failed == 1)
        #expect(try file.read()?[.accounts] == nil)
        #expect(try file.read()?.findings(of: "bob").count == 1)
    }

    @Test("before the first run there is no report, and that is no error")
    func missing() throws {
        #expect(try file.read() == nil)
        #expect(file.mark() == nil)
    }

    @Test("the service's group may read it, and nobody else")
    func mode() throws {
        try file.write(report, group: 12345)
        var status = stat()
        #expect(stat(file.path, &status) == 0)
        #expect(status.st_mode & 0o7777 == 0o640)
        #expect(status.st_gid == 12345)
    }

    @Test("its mark changes with each report")
    func mark() throws {
        try file.write(report, group: nil)
        let first = file.mark()
        try file.write(report, group: nil)
        #expect(file.mark() != first)
    }

    @Test("a symbolic link in its place is neither read nor written through")
    func symbolicLink() throws {
        let victim = directory.path("victim")
        try Data("keep".utf8).write(to: URL(fileURLWithPath: victim))
        #expect(symlink(victim, file.path) == 0)
        #expect(symlink(victim, file.path + ".new") == 0)
        #expect(throws: SyncReportError.self) { try file.read() }
        try file.write(report, group: nil)
        #expect(try String(contentsOfFile: victim, encoding: .utf8) == "keep")
        #expect(try file.read() == report)
    }

    @Test("half a file is said to be no report")
    func torn() throws {
        try Data("{\"at\":1".utf8).write(to: URL(fileURLWithPath: file.path))
        #expect(throws: SyncReportError.unreadable(path: file.path, reason: "it is no report (no JSON)")) {
            try file.read()
        }
    }
}
