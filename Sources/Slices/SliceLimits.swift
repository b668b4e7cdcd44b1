public import Identity

/// What all processes of one person together may take.
public struct SliceLimits: Sendable, Equatable, Codable {
    /// Processor time, in cores. Kept to a hundredth of a core: finer values do not survive in a drop-in of systemd
    /// (`CPUQuota=` is written in whole percents), and less than 1 % of a core the kernel does not divide (cpu.cfs_quota_us, 1 ms).
    public let cpuCores: Double
    /// Main memory, hard: over it the kernel kills. 1 MiB to 1 PiB.
    public let memoryMax: ByteCount
    /// Main memory from which the kernel slows down and reclaims; nil throttles nothing.
    public let memoryHigh: ByteCount?
    /// Swap space, beside main memory.
    public let swapMax: ByteCount
    /// Processes and threads, 1 to 4,194,304 (PID_MAX_LIMIT).
    public let tasksMax: Int

    public init(cpuCores: Double, memoryMax: ByteCount, memoryHigh: ByteCount?, swapMax: ByteCount, tasksMax: Int) {
        let percent = cpuCores.isFinite ? (cpuCores * 100).rounded() : 409_600
        self.cpuCores = min(max(percent, 1), 409_600) / 100
        self.memoryMax = min(max(memoryMax, .mebibytes(1)), .gibibytes(1 << 20))
        self.memoryHigh = memoryHigh.map { min(max($0, .mebibytes(1)), .gibibytes(1 << 20)) }
        self.swapMax = min(swapMax, .gibibytes(1 << 20))
        self.tasksMax = min(max(tasksMax, 1), 4_194_304)
    }

    /// The limits of somebody with this quota.
    public init(quota: Quota, policy: SlicePolicy) {
        self.init(
            cpuCores: quota.cpuCores,
            memoryMax: quota.memory,
            memoryHigh: policy.memoryHighPercent < 100 ? quota.memory.percent(policy.memoryHighPercent) : nil,
            swapMax: quota.memory.percent(policy.swapPercent),
            tasksMax: policy.tasks
        )
    }

    /// Processor time in percent of one core: 150 is one core and a half.
    public var cpuPercent: Int { Int((cpuCores * 100).rounded()) }

    /// What the kernel should hold for `limit`.
    public func bound(_ limit: SliceLimit) -> SliceBound {
        switch limit {
        case .cpu: .at(Int64(cpuPercent) * 10_000)
        case .memory: .bytes(memoryMax)
        case .memoryHigh: memoryHigh.map { .bytes($0) } ?? .unlimited
        case .swap: .bytes(swapMax)
        case .tasks: .at(Int64(tasksMax))
        }
    }
}

extension ByteCount {
    /// `share` hundredths of it, rounded down, without overflow.
    fileprivate func percent(_ share: Int) -> ByteCount {
        let share = Int64(min(max(share, 0), 100))
        return ByteCount(bytes: bytes / 100 * share + bytes % 100 * share / 100) ?? self
    }
}
