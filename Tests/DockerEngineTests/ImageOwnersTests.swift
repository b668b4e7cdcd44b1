import DockerEngine
import Foundation
import Identity
import Testing

@Suite("Who pulled an image")
struct ImageOwnersTests {
    private let path = NSTemporaryDirectory() + "dc-owners-\(UUID().uuidString).json"

    @Test("the first to pull an image stays its owner, also after a restart")
    func first() async throws {
        defer { unlink(path) }
        let owners = ImageOwners(path: path)
        try await owners.record("sha256:1", pulledBy: UserName("alice"), present: ["sha256:1"])
        try await owners.record("sha256:1", pulledBy: UserName("bob"), present: ["sha256:1"])
        let again = ImageOwners(path: path)
        #expect(await again.owner(of: "sha256:1") == "alice")
        #expect(again.damage == nil)
    }

    @Test("images that are gone are forgotten")
    func forgotten() async throws {
        defer { unlink(path) }
        let owners = ImageOwners(path: path)
        try await owners.record("sha256:1", pulledBy: UserName("alice"), present: ["sha256:1"])
        try await owners.record("sha256:2", pulledBy: UserName("bob"), present: ["sha256:2"])
        #expect(await owners.owner(of: "sha256:1") == nil)
        try await owners.forget("sha256:2")
        #expect(await ImageOwners(path: path).owner(of: "sha256:2") == nil)
    }

    @Test("a damaged file is said, and gives nobody anything")
    func damaged() async throws {
        defer { unlink(path) }
        try Data(#"{"version":1,"images":{"sha256:1":"al"#.utf8).write(to: URL(fileURLWithPath: path))
        let owners = ImageOwners(path: path)
        #expect(owners.damage?.contains(path) == true)
        #expect(await owners.owner(of: "sha256:1") == nil)
        try await owners.record("sha256:2", pulledBy: UserName("bob"), present: ["sha256:2"])
        #expect(ImageOwners(path: path).damage == nil)
    }
}
