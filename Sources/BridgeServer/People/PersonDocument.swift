import Identity
import Sessions
import Usage
import UserStore

/// A quota as the REST API shows it.
struct QuotaDocument: Encodable {
    let cpuCores: Double
    let memoryBytes: Int64
    let diskBytes: Int64
    let gpu: Bool

    init(_ quota: Quota) {
        cpuCores = quota.cpuCores
        memoryBytes = quota.memory.bytes
        diskBytes = quota.disk.bytes
        gpu = quota.gpu
    }
}

/// One person of the store, as administrators see them.
struct PersonDocument: Encodable {
    let name: String
    let role: String
    @ExplicitNull var email: String?
    let active: Bool
    let quota: QuotaDocument
    /// How many doubts there are about this person's rows, and things that the last reconciliation could not put right for them.
    let findings: Int
    let linuxAccount: Bool
    let sessions: Int
    /// The latest request of an open session, in seconds since 1970; `null` when there is none.
    @ExplicitNull var lastSeen: Int64?
    let usage: UsageDocument
}
