import Hummingbird
import Identity
import StoreProtocol
import UserStore

/// What an administrator wants of one person: the body of `PATCH /api/v1/people/{name}`, judged.
struct PersonChange: Sendable {
    let isActive: Bool?
    let quota: QuotaChange?

    private struct Body: Decodable {
        struct QuotaPart: Decodable {
            let cpuCores: Double?
            let memoryBytes: Int64?
            let diskBytes: Int64?
            let gpu: Bool?
        }
        let active: Bool?
        let quota: QuotaPart?
    }

    /// - Throws: ``Problem`` of kind `bad-request` with a sentence for the person who typed it.
    init(reading request: Request) async throws {
        let body = try await JSON.decode(Body.self, from: request)
        isActive = body.active
        quota = try body.quota.map { part in
            do throws(QuotaChangeError) {
                return try QuotaChange(
                    cpuCores: part.cpuCores,
                    memory: Self.amount(part.memoryBytes, "memory"),
                    disk: Self.amount(part.diskBytes, "disk"),
                    gpu: part.gpu
                )
            } catch {
                throw Problem(.badRequest, .badRequest, error.description)
            }
        }
        guard isActive != nil || quota?.isEmpty == false else {
            throw Problem(.badRequest, .badRequest, "Say what to change: \"active\", or a part of \"quota\".")
        }
    }

    private static func amount(_ bytes: Int64?, _ what: String) throws(QuotaChangeError) -> ByteCount? {
        guard let bytes else { return nil }
        guard let amount = ByteCount(bytes: bytes) else { throw .size(what, "\(bytes)") }
        return amount
    }

    /// What the store worker is asked. Switching comes first: it may be refused, and then nothing else is to have happened.
    var steps: [StoreChange] {
        var steps: [StoreChange] = []
        if let isActive { steps.append(.active(isActive)) }
        if let quota, !quota.isEmpty {
            steps.append(.quota(cpuCores: quota.cpuCores, memory: quota.memory, disk: quota.disk, gpu: quota.gpu))
        }
        return steps
    }

    /// Whether the store has it all. Sizes are written in whole MiB, rounded down.
    func isDone(in record: UserRecord) -> Bool {
        func isWritten(_ wanted: ByteCount?, _ has: ByteCount) -> Bool {
            wanted.map { $0.bytes >> 20 == has.bytes >> 20 } ?? true
        }
        return (isActive ?? record.isActive) == record.isActive
            && (quota?.cpuCores ?? record.quota.cpuCores) == record.quota.cpuCores
            && isWritten(quota?.memory, record.quota.memory) && isWritten(quota?.disk, record.quota.disk)
            && (quota?.gpu ?? record.quota.gpu) == record.quota.gpu
    }

    /// What it is, in a line for the audit log.
    var sentence: String {
        let parts = [
            isActive.map { $0 ? "switched on" : "switched off" }, quota?.cpuCores.map { "quota: \($0) cores" },
            quota?.memory.map { "quota: \($0) of memory" }, quota?.disk.map { "quota: \($0) of disk" },
            quota?.gpu.map { $0 ? "quota: GPU" : "quota: no GPU" },
        ]
        return parts.compactMap(\.self).joined(separator: ", ")
    }
}
