import Slices

/// F-32: directories of the platform's limits below `/sys/fs/cgroup`, which never limited anything.
struct DeadCgroups: MendableLeftover {
    let id = "dead-cgroups"

    /// Where the platform made `user/NAME`: at the top of cgroup v2, and in these hierarchies of v1.
    private static let hierarchies = ["", "/cpu", "/cpu,cpuacct", "/memory"]

    func look(at host: LegacyHost) async throws(Unseen) -> LegacyFault? {
        let trees = Self.trees(on: host)
        guard !trees.isEmpty else { return nil }
        return mendable(
            .note,
            what: trees.joined(separator: ", "),
            why:
                "They hold no process and limit nobody; they only look like limits. They are gone with the next boot, too."
        )
    }

    func mend(on host: LegacyHost, _ work: RepairWork) async throws(LegacyRepairError) {
        let trees = Self.trees(on: host)
        for tree in trees { try work.removeDirectory(tree) }
        work.say("Removed \(trees.count) empty cgroups: \(trees.joined(separator: ", ")).")
    }

    /// Paths of the host, in the order in which they can be removed. `cpu` may be a link to `cpu,cpuacct`.
    private static func trees(on host: LegacyHost) -> [String] {
        hierarchies.filter { host.target(ofLink: "/sys/fs/cgroup\($0)") == nil }.flatMap { hierarchy in
            CgroupLayout.legacyTrees(root: host.place("/sys/fs/cgroup\(hierarchy)"))
        }.map { String($0.dropFirst(host.root.count)) }
    }
}
