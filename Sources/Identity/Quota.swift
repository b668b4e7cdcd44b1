/// What a person may use at most.
public struct Quota: Hashable, Sendable, Codable {
    /// Processor time, in cores; more than 0, at most 4096.
    public let cpuCores: Double
    /// Main memory.
    public let memory: ByteCount
    /// Disk space of the home directory.
    public let disk: ByteCount
    /// Whether the person's processes may open the GPU devices.
    public let gpu: Bool

    public init(cpuCores: Double, memory: ByteCount, disk: ByteCount, gpu: Bool) {
        self.cpuCores = cpuCores
        self.memory = memory
        self.disk = disk
        self.gpu = gpu
    }

    /// What the platform's schema gives when nothing is said: 1 core, 2 GiB of memory, 5 GiB of disk, no GPU.
    public static let platformDefault = Quota(cpuCores: 1, memory: .gibibytes(2), disk: .gibibytes(5), gpu: false)
}
