public import Identity

extension Quota {
    /// The quota in a line, for a person.
    public var summary: String { "\(cpuCores) cores, \(memory) of memory, \(disk) of disk, \(gpu ? "GPU" : "no GPU")" }
}
