import Distributions
import HostPrograms
import PackageManagers
import Testing

@Suite("What only one package manager does", .serialized)
struct OwnWaysTests {
    @Test("apt: an installation that failed is finished first, and that is said")
    func repair() async throws {
        let system = try await ScratchSystem(.apt)
        await #expect(throws: PackageError.self) {
            try await system.manager.install(["broken-post"], progress: { _ in })
        }
        // Another's broken package does not keep ours from being installed.
        let meanwhile = Said()
        try await system.manager.install(["one"], progress: meanwhile.hear)
        #expect(meanwhile.all.contains { $0.contains("dpkg --configure -a") })
        try await system.shell("touch \(system.work)/mended")
        let said = Said()
        try await system.manager.install(["broken-post"], progress: said.hear)
        #expect(said.all.contains { $0.contains("dpkg --configure -a") })
        #expect(try await system.manager.installed(["one", "broken-post"]).count == 2)
    }

    @Test("apt: lists are fetched when a name is unknown or they are a day old, and not otherwise")
    func lists() async throws {
        let system = try await ScratchSystem(.apt)
        let first = Said()
        try await system.manager.install(["one"], progress: first.hear)
        #expect(first.all.contains { $0.contains("apt-get update") })
        let second = Said()
        try await system.manager.install(["needs-one"], progress: second.hear)
        #expect(!second.all.contains { $0.contains("apt-get update") })
        try await system.manager.remove(["needs-one"], progress: { _ in })
        try await system.shell("touch -d '2 days ago' \(system.root)/var/lib/apt/lists")
        let third = Said()
        try await system.manager.install(["needs-one"], progress: third.hear)
        #expect(third.all.contains { $0.contains("apt-get update") })
    }

    @Test("apt: a package that was removed with its configuration kept is not installed, and not there to remove")
    func configurationKept() async throws {
        let system = try await ScratchSystem(.apt)
        try await system.manager.install(["one"], progress: { _ in })
        try await system.shell(
            "sed -i 's/^Status: .*/Status: deinstall ok config-files/' \(system.root)/var/lib/dpkg/status"
        )
        #expect(try await system.manager.installed(["one"]).isEmpty)
        let said = Said()
        try await system.manager.remove(["one"], progress: said.hear)
        #expect(said.all.isEmpty)
    }

    @Test("pacman: the lock of one that was killed is removed, and that is said")
    func stale() async throws {
        let system = try await ScratchSystem(.pacman)
        try await system.shell("touch \(system.root)/var/lib/pacman/db.lck")
        let said = Said()
        try await system.manager.install(["one"], progress: said.hear)
        #expect(said.all.contains { $0.hasPrefix("Removing the lock of a pacman that is gone") })
        #expect(try await system.manager.installed(["one"]) == ["one"])
        #expect(!system.exists("/var/lib/pacman/db.lck"))
    }

    @Test("pacman: what old lists do not know needs an upgrade of everything, which is refused or planned")
    func upgrade() async throws {
        let refusing = try await ScratchSystem(.pacman)
        try await refusing.shell("rm -r \(refusing.root)/var/lib/pacman/sync")
        await #expect(throws: PackageError.needsFullUpgrade(["one"])) {
            try await refusing.manager.install(["one"], progress: { _ in })
        }
        #expect(try await refusing.manager.consequence(ofInstalling: ["one"]) == nil)

        let system = try await ScratchSystem(.pacman, wholeSystemUpgrade: true)
        #expect(try await system.manager.consequence(ofInstalling: ["one"]) == nil)
        try await system.shell("rm -r \(system.root)/var/lib/pacman/sync")
        #expect(try await system.manager.consequence(ofInstalling: ["one"])?.contains("pacman -Syu") == true)
        let said = Said()
        try await system.manager.install(["one"], progress: said.hear)
        #expect(said.all.contains { $0.contains("whole system") })
        #expect(try await system.manager.installed(["one"]) == ["one"])
    }
}
