/// What all processes of one person together take now.
public struct SliceUsage: Sendable, Equatable {
    /// Processor time since the slice exists, in microseconds over all cores. Starts again at 0 when the slice does.
    public let cpuMicroseconds: UInt64
    /// For how long processes waited because the processor limit was reached.
    public let throttledMicroseconds: UInt64?
    /// Main memory that the kernel cannot take back at once: what is charged to the slice less its inactive file cache
    /// (`memory.current` - `inactive_file`). The kernel drops that cache before it kills, so this is the number to hold against
    /// the limit; `docker stats` and the kubelet show the same.
    public let memoryBytes: Int64
    /// The most that was ever charged to the slice, file cache included. Nil: Linux before 5.19 on cgroup v2.
    public let memoryPeakBytes: Int64?
    /// Processes and threads.
    public let tasks: Int
    /// How many processes the kernel killed for memory. On cgroup v1 only of leaves that still exist.
    public let oomKills: Int?
    /// Running notebook servers: children named `jupyter-*` with processes.
    public let servers: Int

    public init(
        cpuMicroseconds: UInt64,
        throttledMicroseconds: UInt64?,
        memoryBytes: Int64,
        memoryPeakBytes: Int64?,
        tasks: Int,
        oomKills: Int?,
        servers: Int
    ) {
        self.cpuMicroseconds = cpuMicroseconds
        self.throttledMicroseconds = throttledMicroseconds
        self.memoryBytes = memoryBytes
        self.memoryPeakBytes = memoryPeakBytes
        self.tasks = tasks
        self.oomKills = oomKills
        self.servers = servers
    }
}
