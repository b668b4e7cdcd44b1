/// What a person runs where none of their limits hold.
public struct OutsideProcesses: Sendable, Equatable {
    public let count: Int
    /// One of them, and the name of its program without what could move a cursor.
    public let example: Int32
    public let program: String
    /// Where that one is counted instead, as the kernel names it: `/system.slice/cron.service`.
    public let cgroup: String

    public init(count: Int, example: Int32, program: String, cgroup: String) {
        self.count = count
        self.example = example
        self.program = program
        self.cgroup = cgroup
    }
}
