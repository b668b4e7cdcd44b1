extension SliceReader {
    /// What the person's processes take now; nil when nothing of theirs runs.
    public func usage(of uid: UInt32) -> SliceUsage? {
        switch layout {
        case .systemd(.v2, _), .ownV2: usageV2(of: uid)
        case .systemd, .ownV1: usageV1(of: uid)
        case .none: nil
        }
    }

    private func usageV2(of uid: UInt32) -> SliceUsage? {
        guard let slice = layout.directories(of: uid).first,
            let tasks = CgroupFile.read("\(slice)/pids.current", CgroupText.number), tasks > 0
        else { return nil }
        let time = CgroupFile.read("\(slice)/cpu.stat") { text in
            (CgroupText.value(of: "usage_usec", in: text) ?? 0, CgroupText.value(of: "throttled_usec", in: text))
        }
        return SliceUsage(
            cpuMicroseconds: time?.0 ?? 0,
            throttledMicroseconds: time?.1,
            memoryBytes: memory(in: slice, charged: "memory.current", inactive: "inactive_file"),
            memoryPeakBytes: CgroupFile.read("\(slice)/memory.peak", CgroupText.number),
            tasks: Int(clamping: tasks),
            oomKills: CgroupFile.read("\(slice)/memory.events") { CgroupText.value(of: "oom_kill", in: $0) }
                .map { Int(clamping: $0) },
            servers: servers(in: slice)
        )
    }

    private func usageV1(of uid: UInt32) -> SliceUsage? {
        // Without the pids controller, every slice that exists counts as running.
        let processes = layout.directory(of: uid, .pids)
        let tasks = processes.map { CgroupFile.read("\($0)/pids.current", CgroupText.number) ?? 0 } ?? 1
        guard tasks > 0 else { return nil }
        let memory = layout.directory(of: uid, .memory)
        // Who has tasks has a slice.
        guard let place = processes ?? memory, processes != nil || CgroupFile.exists(place) else { return nil }
        return SliceUsage(
            cpuMicroseconds: layout.directory(of: uid, .cpuacct)
                .flatMap { CgroupFile.read("\($0)/cpuacct.usage", CgroupText.number) }
                .map { UInt64(clamping: $0) / 1000 } ?? 0,
            throttledMicroseconds: layout.directory(of: uid, .cpu)
                .flatMap { CgroupFile.read("\($0)/cpu.stat") { CgroupText.value(of: "throttled_time", in: $0) } }
                .map { $0 / 1000 },
            memoryBytes: memory.map {
                self.memory(in: $0, charged: "memory.usage_in_bytes", inactive: "total_inactive_file")
            } ?? 0,
            memoryPeakBytes: memory.flatMap { CgroupFile.read("\($0)/memory.max_usage_in_bytes", CgroupText.number) },
            tasks: Int(clamping: tasks),
            oomKills: memory.flatMap(oomKillsV1),
            servers: servers(in: place)
        )
    }

    func memory(in slice: String, charged: StaticString, inactive: StaticString) -> Int64 {
        let all = CgroupFile.read("\(slice)/\(charged)", CgroupText.number) ?? 0
        let cache = CgroupFile.read("\(slice)/memory.stat") { CgroupText.value(of: inactive, in: $0) } ?? 0
        // Two files, two moments: the cache can have grown in between.
        return max(0, all - Int64(clamping: cache))
    }

    /// cgroup v1 counts a kill only where the process was, not in the parents of that cgroup.
    private func oomKillsV1(in slice: String) -> Int? {
        let leaves = CgroupFile.children(of: slice)
        let counts = ([slice] + leaves).compactMap { place in
            CgroupFile.read("\(place)/memory.oom_control") { CgroupText.value(of: "oom_kill", in: $0) }
        }
        return counts.isEmpty ? nil : counts.reduce(0) { $0 + Int(clamping: $1) }
    }

    private func servers(in slice: String) -> Int {
        let suffix = layout.isSystemd ? ".service" : ""
        return CgroupFile.names(in: slice).count { name in
            name.hasPrefix("jupyter-") && name.hasSuffix(suffix) && hasProcesses("\(slice)/\(name)")
        }
    }

    func hasProcesses(_ place: String) -> Bool {
        switch layout {
        case .systemd(.v2, _), .ownV2:
            CgroupFile.read("\(place)/cgroup.events") { CgroupText.value(of: "populated", in: $0) } ?? 0 > 0
        case .systemd, .ownV1: CgroupFile.read("\(place)/cgroup.procs", CgroupText.hasProcess) ?? false
        case .none: false
        }
    }
}
