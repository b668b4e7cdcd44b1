import Identity

/// Makes a quota of an allocation row, and a finding of each value that is not plainly what it should be (F-6, F-7, F-8).
struct AllocationReading {
    /// What stands in for a value that cannot be read.
    let fallback: Quota

    func quota(of row: StoredAllocation, user: StoredValue?, into findings: inout FindingList) -> Quota {
        let place = StoreRow(table: .allocations, id: row.id)
        return Quota(
            cpuCores: cores(row.cpuLimit, place, user, &findings),
            memory: size(row.memoryLimit, "mem_limit", fallback.memory, place, user, &findings),
            disk: size(row.diskQuota, "disk_quota", fallback.disk, place, user, &findings),
            gpu: gpu(row.gpuAccess, place, user, &findings)
        )
    }

    private func cores(_ value: StoredValue, _ row: StoreRow, _ user: StoredValue?, _ findings: inout FindingList)
        -> Double
    {
        if case .cores(let cores) = StoredCPULimit(value) { return cores }
        findings.add(
            .badCPULimit,
            row,
            column: "cpu_limit",
            user: user,
            raw: value.printable,
            assumed: "Not a number of cores from 0.01 to 4096; \(fallback.cpuCores) is used."
        )
        return fallback.cpuCores
    }

    private func size(
        _ value: StoredValue,
        _ column: String,
        _ fallback: ByteCount,
        _ row: StoreRow,
        _ user: StoredValue?,
        _ findings: inout FindingList
    ) -> ByteCount {
        switch StoredSize(value) {
        case .plain(let amount):
            return amount
        case .odd(let amount):
            findings.add(.oddSize, row, column: column, user: user, raw: value.printable, assumed: "Read as \(amount).")
            return amount
        case .refused(let refusal):
            findings.add(
                .unparsableSize,
                row,
                column: column,
                user: user,
                raw: value.printable,
                assumed: "The value \(refusal.rawValue); \(fallback) is used."
            )
            return fallback
        }
    }

    private func gpu(_ value: StoredValue, _ row: StoreRow, _ user: StoredValue?, _ findings: inout FindingList) -> Bool
    {
        switch StoredFlag(value) {
        case .plain(let access), .word(let access): return access
        case .unknown:
            findings.add(
                .badGPUAccess,
                row,
                column: "gpu_access",
                user: user,
                raw: value.printable,
                assumed: "Neither yes nor no; taken as no."
            )
            return false
        }
    }
}
