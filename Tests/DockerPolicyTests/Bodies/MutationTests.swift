import Testing

@testable import DockerPolicy

/// SplitMix64: the same mutations in every run.
private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

@Suite("Mutated bodies")
struct MutationTests {
    private static let values: [JSONValue] = [
        .null, true, false, 0, -1, 1, .number("99999999999999"), "", "host", "none", "container:homed",
        "container:mine",
        "/:/x", "/home/alice:/x", "/home/alice", "data:/x:ro", "0.0.0.0", "127.0.0.1", "8080", "80", "root", "bind",
        "volume", "tmpfs", ["ALL"], ["SYS_ADMIN"], ["/:/x"], ["/home/alice:/x"], ["/home/alice/:/y:ro"], ["homed"],
        ["no-new-privileges:false"], .array([]), .object([:]), .object(["a": "b"]),
        .array([.object(["Type": "bind", "Source": "/home/alice", "Target": "/x"])]),
        .array([.object(["Type": "volume", "Target": "/x"])]),
        .object(["80/tcp": .array([.object(["HostIp": "0.0.0.0", "HostPort": "8080"])])]),
        .object(["80/tcp": .array([.object(["HostIp": "", "HostPort": "8080"])])]),
        .object(["org.diycloud.owner": "bob"]), .object(["/x": .object([:])]),
    ]

    @Test("whatever passes is within the rules", arguments: 1...20)
    func acceptedIsSafe(_ seed: UInt64) throws {
        var random = Seeded(state: seed)
        let names = FieldTable.container.rows.map(\.name)
        let hostNames = FieldTable.hostConfig.rows.map(\.name)
        let alice = try Alice.caller()
        var accepted = 0
        for _ in 0..<400 {
            var body = try #require(EverydayBody.containers.randomElement(using: &random)).body
            var host = body["HostConfig"]?.object ?? [:]
            for _ in 0...(Int.random(in: 0...3, using: &random) / 2) {
                let value = try #require(Self.values.randomElement(using: &random))
                if Int.random(in: 0..<4, using: &random) == 0 {
                    let name = try #require((names + hostNames).randomElement(using: &random))
                    if name != "HostConfig" { body.set(respelled(name, using: &random), value) }
                } else {
                    host.set(respelled(try #require(hostNames.randomElement(using: &random)), using: &random), value)
                }
            }
            body.set("HostConfig", .object(host))
            guard let judged = try? Alice.judge(body, declared: ["/declared"], caller: alice) else { continue }
            accepted += 1
            #expect(Invariants.violations(of: judged.body) == [], "\(JSONValue.object(body).text)")
            let again = try Alice.judge(judged.body, declared: ["/declared"], caller: alice)
            #expect(again.body.serializedText == judged.body.serializedText)
        }
        #expect(accepted > 20)
    }

    private func respelled(_ name: String, using random: inout Seeded) -> String {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: name.lowercased()
        case 1: name.uppercased()
        default: name
        }
    }
}
