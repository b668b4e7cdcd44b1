import Distributions
import Foundation
import HostChanges
import HostPrograms
import ManagedFiles
import PackageManagers
import Synchronization
import Testing

@testable import Installer

@Suite("A hub that is put into use")
struct HubStepTests {
    @Test("a hub that does not come up is replaced by what ran before, with its database")
    func rollback() async throws {
        let place = try HubPlace(isWorking: { $0 == "envs/hub-before" })
        defer { place.remove() }
        try place.link(hub: "envs/hub-before", users: "envs/users-before")
        try place.write("old", to: place.database)
        let step = try await place.step()
        guard case .needed = try await step.look() else {
            Issue.record("nothing to do")
            return
        }
        await #expect {
            try await step.apply(StepReport(say: { _ in }, output: { _ in }))
        } throws: { error in
            if case EnvironmentError.rolledBack(_, isBack: true) = error { true } else { false }
        }
        #expect(place.shelf.link(.hub) == .to("envs/hub-before"))
        #expect(place.shelf.link(.users) == .to("envs/users-before"))
        #expect(try place.text(of: place.database) == "old, by envs/hub-before")
    }

    @Test("a hub that comes up stays, and there is nothing left to do")
    func upgrade() async throws {
        let place = try HubPlace(isWorking: { _ in true })
        defer { place.remove() }
        try place.link(hub: "envs/hub-before", users: "envs/users-before")
        try place.write("old", to: place.database)
        let step = try await place.step()
        try await step.apply(StepReport(say: { _ in }, output: { _ in }))
        #expect(try await step.look() == .done)
        #expect(place.shelf.link(.hub) != .to("envs/hub-before"))
        #expect(try place.text(of: place.database) == "old, by envs/hub-\(place.digestOfHub)")
    }

    @Test("a first hub that does not come up is an error with its reason, and no way back is tried")
    func first() async throws {
        let place = try HubPlace(isWorking: { _ in false })
        defer { place.remove() }
        let step = try await place.step()
        await #expect {
            try await step.apply(StepReport(say: { _ in }, output: { _ in }))
        } throws: { !($0 is EnvironmentError) }
    }
}

/// A tree with a payload and complete environments, on a host whose systemd starts a hub that works or does not.
private struct HubPlace {
    let root: String
    let shelf: EnvironmentShelf
    let host: Installer.Host
    let plans: EnvironmentPlans
    let settings = HubSettings(nil)
    let digestOfHub: String

    var database: String { "\(settings.state)/jupyterhub.sqlite" }

    /// - Parameter isWorking: told where the hub's link leads.
    init(isWorking: @escaping @Sendable (String) -> Bool) throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "diycloud-hub-\(UUID())").path
        self.root = root
        let files =
            ["bin/diycloud-bridge", "share/bridge.yaml"]
            + ["hub", "users-scientific"].map { "share/jupyterhub/locks/\($0).txt" }
        for name in files { try Self.put("a==1\n", at: "\(root)/payload/\(name)") }
        let shelf = EnvironmentShelf(root: root)
        self.shelf = shelf
        try FileManager.default.createDirectory(
            atPath: root + PythonEnvironment.shelf,
            withIntermediateDirectories: true
        )
        let state = HubSettings(nil).state
        try FileManager.default.createDirectory(atPath: root + state, withIntermediateDirectories: true)
        let programs = SystemdOfHub(start: {
            guard case .to(let target) = shelf.link(.hub) else { return false }
            let database = root + state + "/jupyterhub.sqlite"
            let before = (try? String(contentsOfFile: database, encoding: .utf8)) ?? ""
            try? Self.put("\(before), by \(target)", at: database)
            return isWorking(target)
        })
        host = Installer.Host(
            distribution: try Distribution(OSRelease(parsing: "ID=debian\nVERSION_ID=12\nPRETTY_NAME=Debian\n")),
            facts: HostFacts(hostName: "cloud.example", hasSystemd: true, enforcesSELinux: false, firewall: nil),
            programs: programs,
            packages: NoPackages(),
            files: ManagedFiles(
                root: root,
                record: try InstallationRecord(directory: "\(root)/record", release: "test")
            ),
            payload: try Payload(directory: "\(root)/payload"),
            options: InstallOptions()
        )
        plans = EnvironmentPlans(host: host, proxy: .configurable(packages: []))
        let python = PythonRuntime(program: "python3.11", minor: 11)
        digestOfHub = PythonEnvironment(.hub, python, lock: "", lockText: Data("a==1\n".utf8)).digest
    }

    func step() async throws -> HubStep {
        for purpose in PythonEnvironment.Purpose.allCases {
            let environment = try #require(try await plans.wanted(purpose))
            let directory = root + environment.directory
            try Self.put("", at: "\(directory)/\(PythonEnvironment.stamp)")
            try Self.put("", at: "\(directory)/bin/python")
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(directory)/bin/python")
        }
        return HubStep(plans: plans, shelf: shelf, settings: settings, files: [])
    }

    func link(hub: String, users: String) throws {
        try shelf.point(.hub, to: hub)
        try shelf.point(.users, to: users)
    }

    func write(_ text: String, to path: String) throws { try Self.put(text, at: root + path) }
    func text(of path: String) throws -> String { try String(contentsOfFile: root + path, encoding: .utf8) }
    func remove() { try? FileManager.default.removeItem(atPath: root) }

    private static func put(_ text: String, at path: String) throws {
        let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }
}

/// A Python, and a systemd with one unit.
private final class SystemdOfHub: HostPrograms {
    private let start: @Sendable () -> Bool
    private let state = Mutex("inactive")

    /// - Parameter start: whether the unit then runs.
    init(start: @escaping @Sendable () -> Bool) { self.start = start }

    func has(_ name: String) -> Bool { name == "python3.11" }

    func run(_ name: String, _ arguments: [String], input: String, timeLimit: Duration) async throws(HostProgramError)
        -> ProgramResult
    {
        switch (name, arguments.first) {
        case ("python3.11", _): return ProgramResult(status: 0, output: "3 11\n")
        case ("systemctl", "show"):
            let active = state.withLock { $0 }
            return ProgramResult(
                status: 0,
                output: "LoadState=loaded\nActiveState=\(active)\nSubState=x\nUnitFileState=enabled\n"
            )
        case ("systemctl", "start"), ("systemctl", "restart"):
            let runs = start()
            state.withLock { $0 = runs ? "active" : "failed" }
        case ("systemctl", "stop"): state.withLock { $0 = "inactive" }
        default: break
        }
        return ProgramResult(status: 0)
    }
}

/// A distribution that has all and needs nothing.
private struct NoPackages: PackageManager {
    let kind = PackageManagerKind.apt
    func all() async throws(PackageError) -> Set<String> { [] }
    func installed(_ names: [String]) async throws(PackageError) -> Set<String> { Set(names) }
    func available(_ names: [String]) async throws(PackageError) -> Set<String> { Set(names) }
    func install(_ names: [String], progress: @Sendable (String) -> Void) async throws(PackageError) {}
    func remove(_ names: [String], progress: @Sendable (String) -> Void) async throws(PackageError) {}
    func files(of repository: RepositoryAddress) -> [String] { [] }
    func add(_ repository: PackageRepository, progress: @Sendable (String) -> Void) async throws(PackageError) {}
    func removeRepository(_ address: RepositoryAddress, progress: @Sendable (String) -> Void)
        async throws(PackageError)
    {}
    func consequence(ofInstalling names: [String]) async throws(PackageError) -> String? { nil }
}
