import Testing

@testable import Slices

@Suite("What a cgroup in a person's slice is")
struct SliceOccupantTests {
    private static let id = String(repeating: "0123456789abcdef", count: 4)

    @Test(
        "the names that our spawners, systemd and Docker give are understood",
        arguments: [
            ("jupyter-default", .server(name: "")), ("jupyter-gpu-box", .server(name: "gpu-box")),
            ("jupyter-_64_efault", .server(name: "default")), ("jupyter-a_20_b_e9_", .server(name: "a bé")),
            ("jupyter-alice-singleuser.service", .server(name: "")),
            ("jupyter-17-gpu-named.service", .server(name: "gpu")),
            ("jupyter-odd.service", .server(name: "odd")),
            ("docker-\(id).scope", .container(id: id)), (id, .container(id: id)),
            ("docker-short.scope", .other("docker-short.scope")),
            ("session-12.scope", .session("12")), ("user@1000.service", .other("user@1000.service")),
        ] as [(String, SliceOccupant.Kind)]
    )
    func names(name: String, kind: SliceOccupant.Kind) {
        #expect(SliceOccupant.Kind(cgroup: name) == kind)
    }

    @Test("an escape that is none stays as it is", arguments: ["_", "_zz_", "_a", "x_1b_y", "_110000_", "__"])
    func broken(text: String) {
        #expect(SliceOccupant.Kind(cgroup: "jupyter-\(text)") == .server(name: text))
    }
}
