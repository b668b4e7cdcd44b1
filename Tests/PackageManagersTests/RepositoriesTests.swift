import Distributions
import PackageManagers
import Testing

@Suite("Repositories with a pinned key", .serialized)
struct RepositoriesTests {
    static let kinds: [PackageManagerKind] = [.apt, .dnf4, .zypper]

    private func repository(_ system: ScratchSystem, key: String = "owner", at place: String? = nil) throws
        -> PackageRepository
    {
        let fingerprint = try system.text("/keys/owner.fingerprint").filter { !$0.isNewline }
        let directory = system.kind == .apt ? "signed-deb" : "signed-rpm"
        let address = RepositoryAddress(
            name: "stub-signed",
            title: "A signed repository",
            url: "file://\(place ?? "\(system.work)/\(directory)")",
            keyURL: "https://example.org/key",
            fingerprint: fingerprint
        )
        return PackageRepository(address, armoredKey: try system.text("/keys/\(key).asc"))
    }

    @Test(
        "a package comes from a repository whose key is the pinned one; its files are gone after its removal",
        arguments: kinds
    )
    func adds(kind: PackageManagerKind) async throws {
        let system = try await ScratchSystem(kind)
        let repository = try repository(system)
        try await system.manager.add(repository, progress: { _ in })
        let files = system.manager.files(of: repository.address)
        #expect(files.allSatisfy(system.exists))
        try await system.manager.install(["signed"], progress: { _ in })
        #expect(try await system.manager.installed(["signed"]) == ["signed"])
        if kind != .apt { #expect(try await system.manager.installed(["virtual-signed"]) == ["virtual-signed"]) }
        // A second time is no error.
        try await system.manager.add(repository, progress: { _ in })
        try await system.manager.removeRepository(repository.address, progress: { _ in })
        #expect(!files.contains(where: system.exists))
    }

    @Test("another key is refused before anything is written", arguments: kinds)
    func wrongKey(kind: PackageManagerKind) async throws {
        let system = try await ScratchSystem(kind)
        let repository = try repository(system, key: "stranger")
        let found = try system.text("/keys/stranger.fingerprint").filter { !$0.isNewline }
        await #expect(
            throws: PackageError.wrongKey(
                repository: "stub-signed",
                found: [found],
                pinned: repository.address.fingerprint
            )
        ) {
            try await system.manager.add(repository, progress: { _ in })
        }
        #expect(!system.manager.files(of: repository.address).contains(where: system.exists))
    }

    @Test("a second key beside the pinned one is refused: it would be trusted, too", arguments: kinds)
    func twoKeys(kind: PackageManagerKind) async throws {
        let system = try await ScratchSystem(kind)
        let repository = try repository(system)
        let both = PackageRepository(
            repository.address,
            key: repository.key + Array(try system.text("/keys/stranger.asc").utf8)
        )
        let error = await #expect(throws: PackageError.self) { try await system.manager.add(both, progress: { _ in }) }
        guard case .wrongKey = try #require(error) else {
            Issue.record("\(error.debugDescription)")
            return
        }
        #expect(!system.manager.files(of: repository.address).contains(where: system.exists))
    }

    @Test("a repository that cannot be reached is not left behind, where it would stop every other", arguments: kinds)
    func gone(kind: PackageManagerKind) async throws {
        let system = try await ScratchSystem(kind)
        let repository = try repository(system, at: "\(system.work)/nowhere")
        let error = await #expect(throws: PackageError.self) {
            try await system.manager.add(repository, progress: { _ in })
        }
        guard case .unreachable = try #require(error) else {
            Issue.record("\(error.debugDescription)")
            return
        }
        #expect(!system.manager.files(of: repository.address).contains(where: system.exists))
        try await system.manager.install(["one"], progress: { _ in })
    }

    @Test("what is not signed with the key is not installed", arguments: kinds)
    func forged(kind: PackageManagerKind) async throws {
        let system = try await ScratchSystem(kind)
        // apt looks at the repository's signature, rpm's tools at the package's.
        try await system.shell(
            kind == .apt
                ? "cd \(system.work)/signed-deb && sed -i 's/^SHA256:/Origin: forged\\n&/' InRelease"
                : """
                cd \(system.work)/signed-rpm && rpmsign --delsign *.rpm >/dev/null && \
                    rm -rf repodata && createrepo_c -q .
                """
        )
        let repository = try repository(system)
        let error = await #expect(throws: PackageError.self) {
            try await system.manager.add(repository, progress: { _ in })
            try await system.manager.install(["signed"], progress: { _ in })
        }
        guard case .badSignature = try #require(error) else {
            Issue.record("\(error.debugDescription)")
            return
        }
        #expect(try await system.manager.installed(["signed"]).isEmpty)
    }

    @Test("Arch's package manager gets none")
    func arch() async throws {
        let system = try await ScratchSystem(.pacman)
        await #expect(throws: PackageError.self) {
            try await system.manager.add(try repository(system), progress: { _ in })
        }
    }
}
