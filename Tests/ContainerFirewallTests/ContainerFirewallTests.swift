import ContainerFirewall
import HostPrograms
import Testing

/// In a network namespace of the test's own, with the real nft(8).
@Suite("what containers may reach on this host", .serialized)
struct ContainerFirewallTests {
    private let space = "diycloud-firewall-\(UInt32.random(in: 0...UInt32.max))"
    private var firewall: ContainerFirewall { ContainerFirewall(programs: ProgramsInside(space: space)) }

    /// Runs the host's programs in a network namespace.
    private struct ProgramsInside: HostPrograms {
        let space: String

        func run(_ name: String, _ arguments: [String], input: String, timeLimit: Duration)
            async
            throws(HostProgramError) -> ProgramResult
        {
            let whole = ["netns", "exec", space, name] + arguments
            return try await SystemPrograms().run("ip", whole, input: input, timeLimit: timeLimit)
        }

        func has(_ name: String) -> Bool { SystemPrograms().has(name) }
    }

    private func inSpace(_ body: () async throws -> Void) async throws {
        try #require(try await SystemPrograms().run("ip", ["netns", "add", space]).status == 0)
        do {
            try await body()
        } catch {
            _ = try? await SystemPrograms().run("ip", ["netns", "delete", space])
            throw error
        }
        _ = try await SystemPrograms().run("ip", ["netns", "delete", space])
    }

    private func nft(_ arguments: String...) async throws {
        let result = try await ProgramsInside(space: space).run("nft", arguments)
        #expect(result.status == 0, "nft \(arguments): \(result.complaint)")
    }

    @Test("nothing holds at first; after apply the rules hold, and other rules do not")
    func applied() async throws {
        try await inSpace {
            let rules = FirewallRules(hostPorts: [8081, 9000])
            #expect(try await !firewall.holds(rules))
            try await firewall.apply(rules)
            #expect(try await firewall.holds(rules))
            #expect(try await !firewall.holds(FirewallRules(hostPorts: [8081])))
            #expect(try await firewall.holds(FirewallRules(hostPorts: [9000, 8081, 9000])))
            try await firewall.apply(FirewallRules(hostPorts: []))
            #expect(try await firewall.holds(FirewallRules(hostPorts: [])))
            #expect(try await !firewall.holds(rules))
            try await firewall.withdraw()
            #expect(try await !firewall.holds(FirewallRules(hostPorts: [])))
            try await firewall.withdraw()
        }
    }

    @Test("a rule that is gone, an added one before it and a flushed chain are drift")
    func drift() async throws {
        try await inSpace {
            let rules = FirewallRules(hostPorts: [])
            try await firewall.apply(rules)
            try await nft("flush", "chain", "inet", "diycloud_docker", "forward")
            #expect(try await !firewall.holds(rules))
            try await firewall.apply(rules)
            try await nft("insert", "rule", "inet", "diycloud_docker", "input", "accept", "comment", "\"mine\"")
            #expect(try await !firewall.holds(rules))
            try await firewall.apply(rules)
            #expect(try await firewall.holds(rules))
            try await nft("flush", "ruleset")
            #expect(try await !firewall.holds(rules))
        }
    }

    @Test("without nft it says what is open and what to install")
    func withoutTool() async throws {
        struct Nothing: HostPrograms {
            func run(_ name: String, _ arguments: [String], input: String, timeLimit: Duration)
                async
                throws(HostProgramError) -> ProgramResult
            {
                throw .missing(name)
            }

            func has(_ name: String) -> Bool { false }
        }
        let problem = await #expect(throws: FirewallProblem.self) {
            try await ContainerFirewall(programs: Nothing()).holds(FirewallRules(hostPorts: []))
        }
        #expect(problem?.remedy.contains("apt-get install nftables") == true)
    }
}
