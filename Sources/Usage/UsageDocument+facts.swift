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
        let limits = LimitEnforcement(facts)
        let usage = facts.slice?.usage
        self.init(
            name: facts.name.rawValue,
            at: at,
            cpu: CPU(
                rate: usage == nil ? .idle : facts.slice?.rate ?? .idle,
                windowSeconds: Int(window.components.seconds),
                limitCores: facts.quota.cpuCores,
                enforcement: limits.of(.cpu)
            ),
            memory: Memory(
                bytes: usage?.memoryBytes ?? 0,
                peakBytes: usage?.memoryPeakBytes,
                limitBytes: facts.quota.memory.bytes,
                oomKills: usage?.oomKills,
                enforcement: limits.of(.memory)
            ),
            disk: Disk(
                bytes: facts.disk?.used?.bytes,
                limitBytes: facts.quota.disk.bytes,
                enforcement: facts.disk.map { Self.enforcement(of: $0, facts.quota.disk) } ?? Self.noAccount
            ),
            tasks: Tasks(
                count: usage?.tasks ?? 0,
                limit: facts.limits.tasksMax,
                enforcement: limits.of(.tasks)
            ),
            servers: usage?.servers ?? 0,
            gpu: facts.quota.gpu,
            findings: facts.findings.map { Finding(area: $0.area.rawValue, kind: $0.kind, text: $0.text) }
        )
    }

    fileprivate static let noAccount = Enforcement.unknown("There is no Linux account yet.")

    private static func enforcement(of use: DiskUse, _ quota: ByteCount) -> Enforcement {
        switch (use.problem, use.limit) {
        // A limit that is set but does not bite, or use that is counted without one.
        case (let problem?, let limit) where limit != nil || use.used != nil: .notInForce(problem)
        case (let problem?, _): .unknown(problem)
        case (nil, nil): .notInForce("No disk limit is set.")
        case (nil, let limit?):
            use.isSet(to: quota)
                ? .inForce : .notInForce("The disk limit is \(limit) and should be \(quota).")
        }
    }
}

/// What of one person's limits holds; nothing can be said of somebody without an account.
private struct LimitEnforcement {
    let standing: LimitStanding?

    init(_ facts: UsageFacts) {
        standing = facts.slice.map { LimitStanding($0.standing, against: facts.limits) }
    }

    func of(_ limit: SliceLimit) -> Enforcement { standing?.of(limit) ?? UsageDocument.noAccount }
}
