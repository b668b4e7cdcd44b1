extension CgroupLayout {
    /// What cannot be limited here, with the reason and the way out.
    func impossible() -> [SliceLimit: String] {
        switch self {
        case .systemd(let version, let parents):
            var reasons = Self.missing(in: parents)
            guard version == .v2 else {
                reasons[.memoryHigh] = reasons[.memoryHigh] ?? Self.needsV2("slow down before the memory limit")
                reasons[.swap] = reasons[.swap] ?? Self.needsV2("limit swap")
                return reasons
            }
            reasons[.swap] = reasons[.swap] ?? Self.uncountedSwap(parents[.memory], file: "memory.swap.max")
            return reasons
        case .ownV1(let parents):
            var reasons = Self.missing(in: parents)
            reasons[.memoryHigh] =
                reasons[.memoryHigh]
                ?? "cgroup v1 cannot slow down before the memory limit; set limits.memory_high to 100."
            reasons[.swap] = reasons[.swap] ?? Self.uncountedSwap(parents[.memory], file: "memory.memsw.limit_in_bytes")
            return reasons
        case .ownV2(let parent):
            return Self.uncountedSwap(parent, file: "memory.swap.max").map { [.swap: $0] } ?? [:]
        case .none(let reason):
            return Dictionary(uniqueKeysWithValues: SliceLimit.allCases.map { ($0, reason) })
        }
    }

    /// What needs no limit on this host.
    /// - Parameter swaps: proc(5): a headline, and a line for each swap space.
    static func moot(swaps: String = "/proc/swaps") -> Set<SliceLimit> {
        guard let text = CgroupFile.text(of: swaps) else { return [] }
        return text.split(separator: "\n").count <= 1 ? [.swap] : []
    }

    private static func missing(in parents: [CgroupController: String]) -> [SliceLimit: String] {
        var reasons: [SliceLimit: String] = [:]
        let needs: [(SliceLimit, CgroupController)] = [
            (.cpu, .cpu), (.memory, .memory), (.memoryHigh, .memory), (.swap, .memory), (.tasks, .pids),
        ]
        for (limit, controller) in needs where parents[controller] == nil {
            reasons[limit] =
                "The kernel offers no \(controller.rawValue) controller here: it is switched off (see `cat /proc/cgroups` and the "
                + "kernel's command line), or was not delegated to this container."
        }
        return reasons
    }

    private static func needsV2(_ what: String) -> String {
        "systemd cannot \(what) on cgroup v1: start the kernel with systemd.unified_cgroup_hierarchy=1."
    }

    /// The reason when the kernel does not count swap: then an existing memory cgroup lacks the file.
    private static func uncountedSwap(_ parent: String?, file: String) -> String? {
        guard let parent, CgroupFile.exists(parent), !CgroupFile.exists("\(parent)/\(file)") else { return nil }
        return "The kernel does not count swap: start it with swapaccount=1."
    }
}
