import Identity
import QuotaProtocol
import Slices
import SyncReport

extension UsageDocument {
    /// Puts together what is known.
    /// - Parameters:
    ///   - at: the time of day, in seconds since 1970.
    ///   - window: the time that the processor's rate is averaged over.
    public init(_ facts: UsageFacts, at: Int64, window: Duration) {
        let usage = facts.slice?.usage
        func standing(_ limit: SliceLimit) -> Enforcement { facts.slice?.standing.of(limit) ?? Self.noAccount }
        self.init(
            name: facts.name.rawValue,
            at: at,
            cpu: CPU(
                rate: usage == nil ? .idle : facts.slice?.rate ?? .idle,
                windowSeconds: Int(window.components.seconds),
                limitCores: facts.quota.cpuCores,
                enforcement: standing(.cpu)
            ),
            memory: Memory(
                bytes: usage?.memoryBytes ?? 0,
                peakBytes: usage?.memoryPeakBytes,
                limitBytes: facts.quota.memory.bytes,
                oomKills: usage?.oomKills,
                enforcement: standing(.memory)
            ),
            disk: Disk(
                bytes: facts.disk?.used?.bytes,
                limitBytes: facts.quota.disk.bytes,
                enforcement: facts.disk.map { Self.enforcement(of: $0, facts.quota.disk) } ?? Self.noAccount
            ),
            tasks: Tasks(
                count: usage?.tasks ?? 0,
                limit: facts.limits.tasksMax,
                enforcement: standing(.tasks)
            ),
            servers: usage?.servers ?? 0,
            gpu: facts.quota.gpu,
            findings: facts.findings.map { Finding(area: $0.area.rawValue, kind: $0.kind, text: $0.text) }
        )
    }

    private static let noAccount = Enforcement.unknown("There is no Linux account yet.")

    private static func enforcement(of use: DiskUse, _ quota: ByteCount) -> Enforcement {
        switch (use.problem, use.limit) {
        case (let problem?, _): use.isKnown ? .notInForce(problem) : .unknown(problem)
        case (nil, nil): .notInForce("No disk limit is set.")
        case (nil, let limit?):
            use.isSet(to: quota)
                ? .inForce : .notInForce("The disk limit is \(limit) and should be \(quota).")
        }
    }
}
