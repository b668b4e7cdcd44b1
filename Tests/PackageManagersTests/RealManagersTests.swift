import Distributions
import HostPrograms
import PackageManagers
import Testing

/// The real programs, each in a root of its own. dnf5 is no package of Debian: ``CommandLineTests``.
@Suite("Real package managers", .serialized)
struct RealManagersTests {
    static let kinds: [PackageManagerKind] = [.apt, .dnf4, .zypper, .pacman]

    @Test(
        "a package is installed with what it depends on, is then there, and a second time nothing is done",
        arguments: kinds
    )
    func installs(kind: PackageManagerKind) async throws {
        let system = try await ScratchSystem(kind)
        let said = Said()
        #expect(try await system.manager.installed(["one", "needs-one"]).isEmpty)
        try await system.manager.install(["needs-one"], progress: said.hear)
        #expect(try await system.manager.installed(["one", "needs-one", "nothing"]) == ["one", "needs-one"])
        #expect(system.exists("/usr/share/one/file"))
        #expect(said.all.contains { $0.hasPrefix("Installing needs-one with ") })
        let again = Said()
        try await system.manager.install(["needs-one", "one"], progress: again.hear)
        #expect(again.all.isEmpty)
    }

    @Test("what the repositories have is told from what they have not", arguments: kinds)
    func available(kind: PackageManagerKind) async throws {
        let system = try await ScratchSystem(kind)
        if kind == .apt { try await system.manager.install(["one"], progress: { _ in }) }
        #expect(try await system.manager.available(["one", "needs-one", "nothing"]) == ["one", "needs-one"])
        #expect(
            try await system.manager.choose(.alternatives([["nothing", "one"], ["needs-one"]], wayOut: "")) == [
                "needs-one"
            ]
        )
        await #expect(throws: PackageError.self) {
            try await system.manager.choose(.alternatives([["nothing"]], wayOut: "look elsewhere"))
        }
    }

    @Test("one unknown name among known ones is named, and nothing is installed", arguments: kinds)
    func unknown(kind: PackageManagerKind) async throws {
        let system = try await ScratchSystem(kind)
        await #expect(throws: PackageError.unknownPackage(["nothing"])) {
            try await system.manager.install(["one", "nothing"], progress: { _ in })
        }
        #expect(try await system.manager.installed(["one"]).isEmpty)
        #expect(!system.exists("/usr/share/one/file"))
    }

    @Test("an option or a pattern is no name of a package", arguments: kinds)
    func names(kind: PackageManagerKind) async throws {
        let system = try await ScratchSystem(kind)
        for name in ["--root=/", "o*", "one two", "", "../one", "one=1.0"] {
            await #expect(throws: PackageError.unknownPackage([name])) {
                try await system.manager.install([name], progress: { _ in })
            }
        }
    }

    @Test("another's lock is waited for, and its holder is named", arguments: kinds)
    func waits(kind: PackageManagerKind) async throws {
        let system = try await ScratchSystem(
            kind,
            patience: LockPatience(limit: .seconds(60), interval: .milliseconds(200))
        )
        let said = Said()
        try await system.whileLocked {
            #expect(try await system.manager.installed(["one"]).isEmpty)
            try await system.manager.install(
                ["one"],
                progress: { line in
                    said.hear(line)
                    if line.hasPrefix("Waiting for ") { system.releaseLock() }
                }
            )
        }
        #expect(try await system.manager.installed(["one"]) == ["one"])
        #expect(said.all.filter { $0.hasPrefix("Waiting for python3 (process ") }.count == 1, "\(said.all)")
    }

    @Test("a lock that is not let go is an error with its holder's name", arguments: kinds)
    func locked(kind: PackageManagerKind) async throws {
        let system = try await ScratchSystem(
            kind,
            patience: LockPatience(limit: .milliseconds(1), interval: .milliseconds(100))
        )
        let error = try await system.whileLocked {
            await #expect(throws: PackageError.self) { try await system.manager.install(["one"], progress: { _ in }) }
        }
        guard case .locked(let holder, _) = try #require(error) else {
            Issue.record("\(error.debugDescription)")
            return
        }
        #expect(holder.hasPrefix("python3 (process "))
        #expect(try await system.manager.installed(["one"]).isEmpty)
    }

    @Test("a script of a package that fails is told, whatever the exit status", arguments: kinds)
    func failingScript(kind: PackageManagerKind) async throws {
        let system = try await ScratchSystem(kind)
        let error = await #expect(throws: PackageError.self) {
            try await system.manager.install(["broken-post"], progress: { _ in })
        }
        guard case .scriptFailed(["broken-post"], let output) = try #require(error) else {
            Issue.record("\(error.debugDescription)")
            return
        }
        // pacman has no shell here to run the script with.
        if kind != .pacman { #expect(output.contains("the flag is missing")) }
    }

    @Test("a repository that is gone is told from a package that is not known", arguments: kinds)
    func gone(kind: PackageManagerKind) async throws {
        let system = try await ScratchSystem(kind)
        try await system.shell("mv \(system.work)/deb \(system.work)/d; mv \(system.work)/rpm \(system.work)/r")
        try await system.shell("mv \(system.work)/pac \(system.work)/p")
        let error = await #expect(throws: PackageError.self) {
            try await system.manager.install(["one"], progress: { _ in })
        }
        guard case .unreachable = try #require(error) else {
            Issue.record("\(error.debugDescription)")
            return
        }
    }

    @Test("what is removed is gone, and what is not there needs no removal", arguments: kinds)
    func removes(kind: PackageManagerKind) async throws {
        let system = try await ScratchSystem(kind)
        try await system.manager.install(["one"], progress: { _ in })
        let said = Said()
        try await system.manager.remove(["one", "nothing"], progress: said.hear)
        #expect(try await system.manager.installed(["one"]).isEmpty)
        #expect(!system.exists("/usr/share/one/file"))
        #expect(said.all.count == 1)
        try await system.manager.remove(["one", "nothing"], progress: said.hear)
        #expect(said.all.count == 1)
    }

    @Test("what others need is not removed with them", arguments: kinds)
    func needed(kind: PackageManagerKind) async throws {
        let system = try await ScratchSystem(kind)
        try await system.manager.install(["needs-one"], progress: { _ in })
        let error = await #expect(throws: PackageError.self) {
            try await system.manager.remove(["one"], progress: { _ in })
        }
        guard case .neededBy(["one"], let others) = try #require(error) else {
            Issue.record("\(error.debugDescription)")
            return
        }
        #expect(others.contains { $0.hasPrefix("needs-one") })
        #expect(try await system.manager.installed(["one", "needs-one"]).count == 2)
    }
}
