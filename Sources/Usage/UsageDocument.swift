/// What a person uses, what they may use, and whether the kernel holds them to it: what `/api/v1/users/{name}/usage` answers, what the
/// account page shows and what `diycloud-bridge usage` prints.
public struct UsageDocument: Sendable, Equatable, Encodable {
    /// Processor time.
    public struct CPU: Sendable, Equatable {
        public var rate: CPURate
        /// The time that ``CPURate/window`` is about.
        public var windowSeconds: Int
        public var limitCores: Double
        public var enforcement: Enforcement

        public init(rate: CPURate, windowSeconds: Int, limitCores: Double, enforcement: Enforcement) {
            self.rate = rate
            self.windowSeconds = windowSeconds
            self.limitCores = limitCores
            self.enforcement = enforcement
        }
    }

    /// Main memory, in bytes.
    public struct Memory: Sendable, Equatable {
        public var bytes: Int64
        public var peakBytes: Int64?
        public var limitBytes: Int64
        /// How many processes the kernel ended for memory since the slice exists.
        public var oomKills: Int?
        public var enforcement: Enforcement

        public init(bytes: Int64, peakBytes: Int64?, limitBytes: Int64, oomKills: Int?, enforcement: Enforcement) {
            self.bytes = bytes
            self.peakBytes = peakBytes
            self.limitBytes = limitBytes
            self.oomKills = oomKills
            self.enforcement = enforcement
        }
    }

    /// Disk space, in bytes.
    public struct Disk: Sendable, Equatable {
        /// `nil` when nobody counts.
        public var bytes: Int64?
        public var limitBytes: Int64
        public var enforcement: Enforcement

        public init(bytes: Int64?, limitBytes: Int64, enforcement: Enforcement) {
            self.bytes = bytes
            self.limitBytes = limitBytes
            self.enforcement = enforcement
        }
    }

    /// Processes and threads.
    public struct Tasks: Sendable, Equatable {
        public var count: Int
        public var limit: Int
        public var enforcement: Enforcement

        public init(count: Int, limit: Int, enforcement: Enforcement) {
            self.count = count
            self.limit = limit
            self.enforcement = enforcement
        }
    }

    /// Something that the last `sync-users` could not put right, about this person or the whole host.
    public struct Finding: Sendable, Equatable, Encodable {
        public var area: String
        public var kind: String
        public var text: String

        public init(area: String, kind: String, text: String) {
            self.area = area
            self.kind = kind
            self.text = text
        }
    }

    public var name: String
    /// In seconds since 1970.
    public var at: Int64
    public var cpu: CPU
    public var memory: Memory
    public var disk: Disk
    public var tasks: Tasks
    /// Running notebook servers.
    public var servers: Int
    /// Whether the person may use the GPU.
    public var gpu: Bool
    public var findings: [Finding]

    public init(
        name: String,
        at: Int64,
        cpu: CPU,
        memory: Memory,
        disk: Disk,
        tasks: Tasks,
        servers: Int,
        gpu: Bool,
        findings: [Finding]
    ) {
        self.name = name
        self.at = at
        self.cpu = cpu
        self.memory = memory
        self.disk = disk
        self.tasks = tasks
        self.servers = servers
        self.gpu = gpu
        self.findings = findings
    }
}
