public import HostPrograms

/// Keeps ``FirewallRules`` in the kernel, through nft(8).
public struct ContainerFirewall: Sendable {
    private let programs: any HostPrograms

    public init(programs: any HostPrograms) { self.programs = programs }

    /// Whether the rules are in force: all of them, in their order.
    /// - Throws: ``FirewallProblem`` when that cannot be told.
    public func holds(_ rules: FirewallRules) async throws(FirewallProblem) -> Bool {
        let result = try await run(["-s", "list", "table", "inet", FirewallRules.table], input: "")
        // There is no such table.
        guard result.status == 0 else { return false }
        let found = result.output.split(separator: "\n").compactMap { line -> Substring? in
            guard let start = line.firstRange(of: "comment \""), let end = line.lastIndex(of: "\""),
                start.upperBound <= end
            else { return nil }
            return line[start.upperBound..<end]
        }
        let hooks = rules.chains.allSatisfy { result.output.contains("hook \($0.hook) ") }
        return hooks && found == rules.marks.map { $0[...] }
    }

    /// Puts the rules in force.
    /// - Throws: ``FirewallProblem``; what was in force before still is.
    public func apply(_ rules: FirewallRules) async throws(FirewallProblem) {
        let result = try await run(["-f", "-"], input: rules.script)
        guard result.status == 0 else {
            throw FirewallProblem(
                reason: "nft did not take the rules: \(result.complaint).",
                remedy: "See whether the kernel has nf_tables: nft list tables"
            )
        }
    }

    /// Takes the rules away again.
    public func withdraw() async throws(FirewallProblem) {
        let script = "table inet \(FirewallRules.table)\ndelete table inet \(FirewallRules.table)\n"
        _ = try await run(["-f", "-"], input: script)
    }

    private func run(_ arguments: [String], input: String) async throws(FirewallProblem) -> ProgramResult {
        do throws(HostProgramError) {
            return try await programs.run("nft", arguments, input: input, timeLimit: .seconds(20))
        } catch {
            throw FirewallProblem(
                reason: "Containers can reach the services of this host: \(error).",
                remedy: "Install nftables (apt-get install nftables)."
            )
        }
    }
}
