extension SliceReader {
    /// What the kernel holds for a person; nil when their slice does not exist.
    func limits(of uid: UInt32) -> SliceReading? {
        // systemd makes a directory for a slice that it only configures; without processes the kernel holds nothing there yet.
        if layout.isSystemd, !isPopulated(uid) { return nil }
        return switch layout {
        case .systemd(.v2, _), .ownV2: limitsV2(of: uid)
        case .systemd, .ownV1: limitsV1(of: uid)
        case .none: nil
        }
    }

    private func isPopulated(_ uid: UInt32) -> Bool {
        if case .systemd(.v2, _) = layout, let slice = layout.directories(of: uid).first {
            let populated = CgroupFile.read("\(slice)/cgroup.events") { CgroupText.value(of: "populated", in: $0) }
            return populated != 0
        }
        return tasks(of: uid) != 0
    }

    private func limitsV2(of uid: UInt32) -> SliceReading? {
        guard let slice = layout.directory(of: uid, .memory) ?? layout.directories(of: uid).first,
            CgroupFile.exists(slice)
        else { return nil }
        return SliceReading(
            cpu: CgroupFile.read("\(slice)/cpu.max", CgroupText.cpuMax),
            memory: CgroupFile.read("\(slice)/memory.max", CgroupText.memory),
            memoryHigh: CgroupFile.read("\(slice)/memory.high", CgroupText.memory),
            swap: CgroupFile.read("\(slice)/memory.swap.max", CgroupText.memory),
            tasks: CgroupFile.read("\(slice)/pids.max", CgroupText.count)
        )
    }

    private func limitsV1(of uid: UInt32) -> SliceReading? {
        var reading = SliceReading()
        if let cpu = layout.directory(of: uid, .cpu),
            let quota = CgroupFile.read("\(cpu)/cpu.cfs_quota_us", CgroupText.number),
            let period = CgroupFile.read("\(cpu)/cpu.cfs_period_us", CgroupText.number)
        {
            reading.cpu = CgroupText.cpu(quota: quota, period: period)
        }
        if let memory = layout.directory(of: uid, .memory) {
            reading.memory = CgroupFile.read("\(memory)/memory.limit_in_bytes", CgroupText.memory)
            let both = CgroupFile.read("\(memory)/memory.memsw.limit_in_bytes", CgroupText.memory)
            reading.swap = Self.swap(memory: reading.memory, both: both)
        }
        reading.tasks = layout.directory(of: uid, .pids).flatMap { CgroupFile.read("\($0)/pids.max", CgroupText.count) }
        if reading == SliceReading() { return nil }
        return reading
    }

    /// cgroup v1 limits swap only as part of a sum with main memory.
    private static func swap(memory: SliceBound?, both: SliceBound?) -> SliceBound? {
        switch (memory, both) {
        case (_, .unlimited?): .unlimited
        case (.at(let memory)?, .at(let both)?): .at(max(0, both - memory))
        default: nil
        }
    }
}
