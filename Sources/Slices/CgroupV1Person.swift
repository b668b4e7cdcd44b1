internal import Glibc
internal import Identity

/// A person's directories in our own trees in cgroup v1.
struct CgroupV1Person {
    let layout: CgroupLayout
    let uid: UInt32

    /// How often memory is reclaimed and the limit tried again.
    private static let attempts = 5

    /// Writes what differs.
    /// - Returns: what the kernel refused.
    func set(_ limits: SliceLimits, before: SliceReading) async -> [SliceProblem] {
        var problems: [SliceProblem] = []
        if before.cpu != limits.bound(.cpu), let cpu = layout.directory(of: uid, .cpu) {
            // The period first: it may be one that makes the quota too short.
            problems += write("100000", to: "\(cpu)/cpu.cfs_period_us", limit: .cpu)
            problems += write("\(limits.cpuPercent * 1000)", to: "\(cpu)/cpu.cfs_quota_us", limit: .cpu)
        }
        if before.memory != limits.bound(.memory) || before.swap != limits.bound(.swap),
            let memory = layout.directory(of: uid, .memory)
        {
            problems += await setMemory(limits, in: memory)
        }
        if before.tasks != limits.bound(.tasks), let pids = layout.directory(of: uid, .pids) {
            problems += write("\(limits.tasksMax)", to: "\(pids)/pids.max", limit: .tasks)
        }
        return problems
    }

    /// Takes all limits away.
    func lift() {
        if let memory = layout.directory(of: uid, .memory) {
            _ = CgroupFile.write("-1", to: "\(memory)/memory.memsw.limit_in_bytes")
            _ = CgroupFile.write("-1", to: "\(memory)/memory.limit_in_bytes")
        }
        if let cpu = layout.directory(of: uid, .cpu) { _ = CgroupFile.write("-1", to: "\(cpu)/cpu.cfs_quota_us") }
        if let pids = layout.directory(of: uid, .pids) { _ = CgroupFile.write("max", to: "\(pids)/pids.max") }
    }

    /// The kernel refuses a sum below the memory limit and a memory limit above the sum, so the one that makes room goes first.
    private func setMemory(_ limits: SliceLimits, in directory: String) async -> [SliceProblem] {
        let limitFile = "\(directory)/memory.limit_in_bytes"
        let sumFile = "\(directory)/memory.memsw.limit_in_bytes"
        let limit = limits.memoryMax.bytes / SliceBound.pageSize * SliceBound.pageSize
        let sum = limit + limits.swapMax.bytes / SliceBound.pageSize * SliceBound.pageSize
        guard let formerSum = CgroupFile.read(sumFile, CgroupText.number) else {
            return await lower(limitFile, to: limit, in: directory, limit: .memory)
        }
        let isSumFirst = limit > formerSum
        var problems = isSumFirst ? await lower(sumFile, to: sum, in: directory, limit: .swap) : []
        problems += await lower(limitFile, to: limit, in: directory, limit: .memory)
        if !isSumFirst { problems += await lower(sumFile, to: sum, in: directory, limit: .swap) }
        return problems
    }

    /// cgroup v1 kills nobody to get below a new limit: it says EBUSY when it cannot reclaim enough.
    private func lower(_ file: String, to value: Int64, in directory: String, limit: SliceLimit) async -> [SliceProblem]
    {
        var problem: Int32 = 0
        for attempt in 0..<Self.attempts {
            problem = CgroupFile.write("\(value)", to: file)
            guard problem == EBUSY else { break }
            _ = CgroupFile.write("0", to: "\(directory)/memory.force_empty")
            try? await Task.sleep(for: .milliseconds(20 << attempt))
        }
        guard problem != 0 else { return [] }
        guard problem == EBUSY else { return [refusal(of: "\(value)", to: file, problem, limit: limit)] }
        let used = CgroupFile.read("\(directory)/memory.usage_in_bytes", CgroupText.number).flatMap {
            ByteCount(bytes: $0)
        }
        let reason =
            "The processes of uid \(uid) hold \(used?.description ?? "more") and cgroup v1 cannot take memory away, so the limit of "
            + "\(ByteCount(bytes: value)?.description ?? "\(value)") is not in force: end something of theirs, and it will be at the next sync."
        return [SliceProblem(limit: limit, kind: .failed, reason: reason)]
    }

    private func write(_ value: String, to file: String, limit: SliceLimit) -> [SliceProblem] {
        let problem = CgroupFile.write(value, to: file)
        return problem == 0 ? [] : [refusal(of: value, to: file, problem, limit: limit)]
    }

    private func refusal(of value: String, to file: String, _ problem: Int32, limit: SliceLimit) -> SliceProblem {
        SliceProblem(
            limit: limit,
            kind: .failed,
            reason: "\(file) did not take \(value): \(CgroupFile.reason(problem))."
        )
    }
}
