extension SliceReader {
    /// What the kernel holds for a person; nil when their slice does not exist.
    func limits(of uid: UInt32) -> SliceReading? { limits(of: uid, SliceSurvey(layout, dropIns: dropIns)) }

    /// As ``limits(of:)``, without what is moot.
    func limits(of uid: UInt32, _ survey: SliceSurvey) -> SliceReading? {
        let slice = layout.name(of: uid)
        // systemd makes a directory for a slice that it only configures; without processes the kernel holds nothing there yet.
        if layout.isSystemd, !isPopulated(slice, survey) { return nil }
        return switch layout {
        case .systemd(.v2, _), .ownV2: limitsV2(of: slice, survey)
        case .systemd, .ownV1: limitsV1(of: slice, survey)
        case .none: nil
        }
    }

    private func isPopulated(_ slice: String, _ survey: SliceSurvey) -> Bool {
        if case .systemd(.v2, _) = layout {
            let parent = survey.parents[.memory] ?? survey.parents.values.first
            return parent?.read("\(slice)/cgroup.events") { CgroupText.value(of: "populated", in: $0) } != 0
        }
        return survey.parents[.pids]?.read("\(slice)/pids.current", CgroupText.number) != 0
    }

    private func limitsV2(of slice: String, _ survey: SliceSurvey) -> SliceReading? {
        // All controllers have the same directory.
        guard let parent = survey.parents[.memory] ?? survey.parents.values.first, parent.exists(slice) else {
            return nil
        }
        return SliceReading(
            cpu: parent.read("\(slice)/cpu.max", CgroupText.cpuMax),
            memory: parent.read("\(slice)/memory.max", CgroupText.memory),
            memoryHigh: parent.read("\(slice)/memory.high", CgroupText.memory),
            swap: survey.moot.contains(.swap) ? nil : parent.read("\(slice)/memory.swap.max", CgroupText.memory),
            tasks: parent.read("\(slice)/pids.max", CgroupText.count)
        )
    }

    private func limitsV1(of slice: String, _ survey: SliceSurvey) -> SliceReading? {
        var reading = SliceReading()
        if let cpu = survey.parents[.cpu],
            let quota = cpu.read("\(slice)/cpu.cfs_quota_us", CgroupText.number),
            let period = cpu.read("\(slice)/cpu.cfs_period_us", CgroupText.number)
        {
            reading.cpu = CgroupText.cpu(quota: quota, period: period)
        }
        if let memory = survey.parents[.memory] {
            reading.memory = memory.read("\(slice)/memory.limit_in_bytes", CgroupText.memory)
            if !survey.moot.contains(.swap) {
                let both = memory.read("\(slice)/memory.memsw.limit_in_bytes", CgroupText.memory)
                reading.swap = Self.swap(memory: reading.memory, both: both)
            }
        }
        reading.tasks = survey.parents[.pids]?.read("\(slice)/pids.max", CgroupText.count)
        return reading == SliceReading() ? nil : reading
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
