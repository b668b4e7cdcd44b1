/// The limits that one place holds: the configuration, or the kernel. Nil where it says nothing that can be read.
public struct SliceReading: Sendable, Equatable {
    /// Microseconds of processor time per second.
    public var cpu: SliceBound?
    /// Bytes of main memory.
    public var memory: SliceBound?
    /// Bytes of main memory from which the kernel throttles.
    public var memoryHigh: SliceBound?
    /// Bytes of swap space beside main memory.
    public var swap: SliceBound?
    /// Processes and threads.
    public var tasks: SliceBound?

    public init(
        cpu: SliceBound? = nil,
        memory: SliceBound? = nil,
        memoryHigh: SliceBound? = nil,
        swap: SliceBound? = nil,
        tasks: SliceBound? = nil
    ) {
        self.cpu = cpu
        self.memory = memory
        self.memoryHigh = memoryHigh
        self.swap = swap
        self.tasks = tasks
    }

    public subscript(limit: SliceLimit) -> SliceBound? {
        get {
            switch limit {
            case .cpu: cpu
            case .memory: memory
            case .memoryHigh: memoryHigh
            case .swap: swap
            case .tasks: tasks
            }
        }
        set {
            switch limit {
            case .cpu: cpu = newValue
            case .memory: memory = newValue
            case .memoryHigh: memoryHigh = newValue
            case .swap: swap = newValue
            case .tasks: tasks = newValue
            }
        }
    }
}
