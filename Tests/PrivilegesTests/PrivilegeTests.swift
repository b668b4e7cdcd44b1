import Foundation
import TestProcesses
import Testing

@testable import Privileges

private let isRoot = geteuid() == 0

@Suite("Giving root up", .enabled(if: isRoot, "only root can give root up"))
struct PrivilegeTests {
    /// Lines such as `Uid:\t999\t999`.
    private func expectPowerless(_ report: String, uid: String, sourceLocation: SourceLocation = #_sourceLocation) {
        let lines = report.split(separator: "\n").map(String.init)
        for set in ["CapInh", "CapPrm", "CapEff", "CapAmb"] {
            #expect(lines.contains("\(set):\t0000000000000000"), "\(set)", sourceLocation: sourceLocation)
        }
        #expect(lines.contains("Uid:\t\(uid)\t\(uid)\t\(uid)\t\(uid)"), sourceLocation: sourceLocation)
        #expect(lines.contains { $0.hasPrefix("Gid:") && !$0.contains("\t0") }, sourceLocation: sourceLocation)
        #expect(lines.contains { $0.hasPrefix("Groups:") && !$0.contains("\t0 ") }, sourceLocation: sourceLocation)
        #expect(lines.contains("NoNewPrivs:\t1"), sourceLocation: sourceLocation)
        #expect(lines.contains("RegainedRoot: false"), sourceLocation: sourceLocation)
        #expect(lines.contains("Dumpable: false"), sourceLocation: sourceLocation)
    }

    @Test("a process that drops to a user has that uid, no capability, no way back")
    func drop() throws {
        let (status, output) = try TestProcess.run([TestProcess.built("worker-host"), "drop", "nobody"])
        #expect(status == 0)
        expectPowerless(output, uid: "65534")
    }

    @Test("an unknown user and root are errors that say the way out")
    func badUsers() throws {
        #expect(throws: PrivilegeError.unknownUser("nobody-here")) { try ServiceUser(named: "nobody-here") }
        #expect(throws: PrivilegeError.userIsRoot("root")) { try ServiceUser(named: "root") }
        let (status, output) = try TestProcess.run([TestProcess.built("worker-host"), "drop", "nobody-here"])
        #expect(status == 1)
        #expect(output.contains("useradd --system") && output.contains("\"user\" in the configuration"))
    }

    @Test("the child of the root parent is powerless and reads secrets only through what it inherited")
    func child() async throws {
        let parent = try RunningParent()
        let report = try await parent.report()
        expectPowerless(report, uid: "65534")
        #expect(report.contains("Inherited: proxy secret-test\n"))
        #expect(report.contains("Secret: the secret\n"))
        #expect(report.contains("OpenSecret: -1\n") && report.contains("OpenShadow: -1\n"))
        #expect(report.contains("Environment: clean\n"))
        #expect(report.contains("Descriptors: 0\n"))
    }

    @Test("the worker socket belongs to the user alone, and the parent's memory to nobody")
    func socket() async throws {
        let parent = try RunningParent()
        _ = try await parent.report()
        #expect(try TestProcess.shell("stat -c '%U %a %F' \(parent.socket)") == "nobody 600 socket\n")
        #expect(try TestProcess.shell("stat -c %u /proc/\(parent.process.processIdentifier)/maps") == "0\n")
        let asStranger = "import socket; s = socket.socket(socket.AF_UNIX); s.connect('\(parent.socket)')"
        let (status, _) = try TestProcess.run(
            ["setpriv", "--reuid", "2", "--clear-groups", "/usr/bin/python3", "-c", asStranger])
        #expect(status != 0)
    }

    @Test(
        "a signal reaches the child, whose end is the parent's, and the socket goes with it",
        arguments: [SIGTERM, SIGINT, SIGHUP]
    )
    func termination(signal: Int32) async throws {
        let parent = try RunningParent()
        _ = try await parent.report()
        parent.process.signal(signal)
        #expect(parent.wait() == 128 + signal)
        // Only a parent that noticed and cleaned up takes it away.
        #expect(access(parent.socket, F_OK) != 0)
    }

    @Test("when the parent is killed, child and workers end too")
    func killedParent() async throws {
        let parent = try RunningParent()
        _ = try await parent.report()
        let child = try TestProcess.shell("pgrep -P \(parent.process.processIdentifier)").trimmingCharacters(
            in: .whitespacesAndNewlines
        )
        let pid = try #require(pid_t(child))
        parent.process.signal(SIGKILL)
        _ = parent.wait()
        for _ in 0..<1000 where kill(pid, 0) == 0 { try await Task.sleep(for: .milliseconds(10)) }
        #expect(kill(pid, 0) != 0)
        // What the killed one left at the socket's place does not keep the next from starting.
        let next = try RunningParent(directory: parent.directory)
        _ = try await next.report()
    }

    @Test("a directory that others may write is no place for the worker socket")
    func unsafeDirectory() async throws {
        let parent = try RunningParent(mode: "0777")
        #expect(parent.wait() == 1)
        #expect(try parent.log().contains("others than root may write the directory"))
    }
}

/// A root parent in a directory of its own, ended with the test.
private final class RunningParent: Sendable {
    let directory: String
    let process: TestProcess
    private nonisolated(unsafe) var isEnded = false

    var socket: String { "\(directory)/pam.sock" }

    init(mode: String = "0755", directory: String? = nil) throws {
        let place = directory ?? "/tmp/bridge-parent-\(UUID().uuidString)"
        try TestProcess.shell(
            "mkdir -p \(place); chmod \(mode) \(place); printf 'the secret' >\(place)/secret; chmod 600 \(place)/secret"
        )
        self.directory = place
        let log = open("\(place)/log", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        defer { close(log) }
        process = try TestProcess(
            [
                TestProcess.built("worker-host"), "host", "nobody", "\(place)/pam.sock", "\(place)/secret", "x",
                "/nonexistent", "1000", "1000",
            ],
            output: log
        )
    }

    deinit {
        if !isEnded {
            process.signal(SIGTERM)
            process.wait()
        }
        unlink("\(directory)/log")
        try? FileManager.default.removeItem(atPath: directory)
    }

    func wait() -> Int32 {
        isEnded = true
        return process.wait()
    }

    func log() throws -> String { try String(contentsOfFile: "\(directory)/log", encoding: .utf8) }

    /// What the child says of itself, once it has said all.
    func report() async throws -> String {
        for _ in 0..<1000 {
            if try log().contains("Parent: ") { break }
            try await Task.sleep(for: .milliseconds(10))
        }
        return try log()
    }
}
