/// A row of `resource_allocations` as it is, before anything is made of it.
struct StoredAllocation {
    let id: StoredValue
    let userID: StoredValue
    let cpuLimit: StoredValue
    let memoryLimit: StoredValue
    let diskQuota: StoredValue
    let gpuAccess: StoredValue

    /// The values for an administrator, in the order of the columns.
    var summary: String {
        let values = [cpuLimit, memoryLimit, diskQuota, gpuAccess].map { $0.printable ?? "NULL" }
        return "cpu \(values[0]), memory \(values[1]), disk \(values[2]), gpu \(values[3])"
    }
}
