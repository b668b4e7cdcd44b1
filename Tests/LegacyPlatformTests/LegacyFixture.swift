import Foundation
import HostPrograms
import Synchronization
import TestSupport

@testable import LegacyPlatform

/// A directory that stands for a host as phases 0 to 2 leave it (`Tests/Legacy/make-legacy`), or for a clean one.
struct LegacyFixture {
    let directory: TemporaryDirectory
    let programs: RecordedPrograms
    let host: LegacyHost

    static let password = "q7Rw2ZtLk9Xa"

    var platform: LegacyPlatform { LegacyPlatform(host: host) }
    var repair: LegacyRepair { LegacyRepair(host: host) }
    /// Where repairs put originals: outside of the host.
    var saved: String { directory.path("saved") }

    static func legacy(isLive: Bool = false) async throws -> LegacyFixture {
        let fixture = try LegacyFixture(isLive: isLive)
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Legacy/make-legacy").path
        let result = try await SystemPrograms().run("bash", [script, fixture.root])
        guard result.status == 0 else { throw MakeFailure(said: result.complaint) }
        return fixture
    }

    struct MakeFailure: Error { let said: String }

    init(isLive: Bool = false) throws {
        directory = try TemporaryDirectory()
        programs = RecordedPrograms()
        host = LegacyHost(
            root: directory.path("host"),
            programs: programs,
            isLive: isLive,
            // As the kernel does with a cgroup: its files do not count.
            removeDirectory: { path in
                unlink("\(path)/cgroup.procs")
                return rmdir(path)
            }
        )
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    }

    var root: String { directory.path("host") }

    func write(_ text: String, to path: String) throws {
        try FileManager.default.createDirectory(
            atPath: LegacyHost.parent(of: host.place(path)),
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: URL(fileURLWithPath: host.place(path)))
    }

    func text(_ path: String) throws -> String { try String(contentsOfFile: host.place(path), encoding: .utf8) }

    func mode(_ path: String) -> mode_t? { host.status(path).map { $0.st_mode & 0o7777 } }

    func ids() async -> Set<String> { Set(await platform.faults().map(\.id)) }

    /// Everything of the host: path → kind, mode, group, and content.
    func tree() throws -> [String: String] {
        var tree: [String: String] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: root).map({ "/" + $0 }) {
            guard let status = host.status(path) else { continue }
            var text = "\(String(status.st_mode, radix: 8)) \(status.st_uid):\(status.st_gid) "
            switch status.st_mode & S_IFMT {
            case S_IFLNK: text += host.target(ofLink: path) ?? "?"
            case S_IFREG: text += try Data(contentsOf: URL(fileURLWithPath: host.place(path))).base64EncodedString()
            default: break
            }
            tree[path] = text
        }
        return tree
    }

    /// Files that a repair put aside, by their paths on the host, with `ORIGINALS` among them.
    func originals() throws -> [String: URL] {
        var found: [String: URL] = [:]
        for repair in try FileManager.default.contentsOfDirectory(atPath: saved) {
            let place = "\(saved)/\(repair)"
            for path in try FileManager.default.subpathsOfDirectory(atPath: place) {
                var isDirectory: ObjCBool = false
                guard FileManager.default.fileExists(atPath: "\(place)/\(path)", isDirectory: &isDirectory),
                    !isDirectory.boolValue
                else { continue }
                found["/" + path] = URL(fileURLWithPath: "\(place)/\(path)")
            }
        }
        return found
    }
}

/// Programs that do nothing and are written down; findmnt is the real one, for it only reads.
final class RecordedPrograms: HostPrograms {
    private let calls = Mutex<[[String]]>([])
    private let answers = Mutex<[String: [ProgramResult]]>([:])

    var lines: [String] { calls.withLock { $0.map { $0.joined(separator: " ") } } }

    /// What the program says next; the last answer stays.
    func answer(_ name: String, _ results: ProgramResult...) { answers.withLock { $0[name] = results } }

    func has(_ name: String) -> Bool { ["systemctl", "nginx", "findmnt"].contains(name) }

    func run(
        _ name: String,
        _ arguments: [String],
        input: String,
        timeLimit: Duration
    ) async throws(HostProgramError) -> ProgramResult {
        calls.withLock { $0.append([name] + arguments) }
        let scripted = answers.withLock { answers -> ProgramResult? in
            guard let left = answers[name], let first = left.first else { return nil }
            if left.count > 1 { answers[name]?.removeFirst() }
            return first
        }
        if let scripted { return scripted }
        guard name == "findmnt" else { return ProgramResult(status: 0) }
        return try await SystemPrograms().run(name, arguments, input: input, timeLimit: timeLimit)
    }
}
