/// A person's directory in our own tree in cgroup v2.
struct CgroupV2Person {
    let directory: String

    /// Writes what differs.
    /// - Returns: what the kernel refused.
    func set(_ limits: SliceLimits, before: SliceReading) -> [SliceProblem] {
        SliceLimit.allCases.compactMap { limit in
            let bound = limits.bound(limit)
            guard before[limit] != bound else { return nil }
            return write(bound, of: limit)
        }
    }

    /// Takes all limits away.
    func lift() {
        for limit in SliceLimit.allCases { _ = write(.unlimited, of: limit) }
    }

    private func write(_ bound: SliceBound, of limit: SliceLimit) -> SliceProblem? {
        let (name, value): (String, String) =
            switch (limit, bound) {
            case (.cpu, .unlimited): ("cpu.max", "max 100000")
            case (.cpu, .at(let rate)): ("cpu.max", "\(rate / 10) 100000")
            case (.memory, _): ("memory.max", Self.text(bound))
            case (.memoryHigh, _): ("memory.high", Self.text(bound))
            case (.swap, _): ("memory.swap.max", Self.text(bound))
            case (.tasks, _): ("pids.max", Self.text(bound))
            }
        let problem = CgroupFile.write(value, to: "\(directory)/\(name)")
        guard problem != 0 else { return nil }
        let reason = "\(directory)/\(name) did not take \(value): \(CgroupFile.reason(problem))."
        return SliceProblem(limit: limit, kind: .failed, reason: reason)
    }

    private static func text(_ bound: SliceBound) -> String {
        switch bound {
        case .unlimited: "max"
        case .at(let value): "\(value)"
        }
    }
}
