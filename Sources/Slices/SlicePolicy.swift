/// What holds for every person's slice beside their quota.
public struct SlicePolicy: Sendable, Equatable {
    /// From which share of the memory quota the kernel slows a person's processes down to reclaim memory (`memory.high`),
    /// in percent, 50 to 100; 100 throttles nothing.
    public let memoryHighPercent: Int
    /// Swap space beside main memory, in percent of the memory quota, 0 to 100.
    public let swapPercent: Int
    /// How many processes and threads may exist at once (`pids.max`), at least 1.
    public let tasks: Int

    public init(memoryHighPercent: Int = 100, swapPercent: Int = 0, tasks: Int = 1024) {
        self.memoryHighPercent = memoryHighPercent
        self.swapPercent = swapPercent
        self.tasks = tasks
    }
}
