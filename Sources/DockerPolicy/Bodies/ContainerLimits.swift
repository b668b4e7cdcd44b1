/// The limits of one person on one container. The sum over all of theirs is held by the slice; these make a single
/// container that asks for too much be told (and see) its real size.
struct ContainerLimits: Sendable {
    let caller: Caller
    let settings: GuardSettings

    /// Processors in billionths of a core: the quota, and no more than the engine has.
    var nanoCPUs: Int64 {
        let quota = (caller.quota.cpuCores * 1_000_000_000).rounded(.down)
        return max(10_000_000, min(Int64(quota), Int64(settings.engineCPUs) * 1_000_000_000))
    }

    var memory: Int64 { caller.quota.memory.bytes }

    /// Writes the limits of a new container.
    /// - Parameters:
    ///   - asked: HostConfig as the client sent it (or the part that is bounded).
    ///   - labels: The labels, which may hold defaults.
    func apply(asked: JSONObject, labels: JSONObject, to host: inout JSONObject) throws(DockerRefusal) {
        let byLabel = try defaults(labels)
        try applyMemory(asked: asked, standard: byLabel.memory ?? memory, to: &host)
        try applyProcessors(asked: asked, standard: byLabel.nanoCPUs ?? nanoCPUs, to: &host)
        host.set("PidsLimit", .integer(try tasks(asked) ?? Int64(caller.tasks)))
        host.set("CgroupParent", .string(caller.cgroupParent))
    }

    /// Writes the limits of an update, where what is not said stays as it is.
    func applyChange(asked: JSONObject, to changed: inout JSONObject) throws(DockerRefusal) {
        if let wanted = try Amounts.integer(asked, "Memory"), wanted != 0 {
            try applyMemory(asked: asked, standard: memory, to: &changed)
        } else if let swap = try Amounts.integer(asked, "MemorySwap"), swap != 0 {
            throw .forbidden(
                "Memory and swap are one limit here. Give --memory with --memory-swap.",
                reason: "memory-swap"
            )
        } else if let reservation = try Amounts.integer(asked, "MemoryReservation"), reservation != 0 {
            changed.set("MemoryReservation", .integer(min(reservation, memory)))
        }
        if let wanted = try processors(asked), settings.limitsCPU {
            changed.set("NanoCpus", .integer(min(wanted, nanoCPUs)))
        }
        if asked["PidsLimit"] != nil { changed.set("PidsLimit", .integer(try tasks(asked) ?? Int64(caller.tasks))) }
    }

    private func applyMemory(
        asked: JSONObject,
        standard: Int64,
        to host: inout JSONObject
    ) throws(DockerRefusal) {
        let wanted = try Amounts.integer(asked, "Memory") ?? 0
        let granted = min(wanted > 0 ? wanted : standard, memory)
        host.set("Memory", .integer(granted))
        host.set("MemorySwap", .integer(granted))
        host.remove("MemoryReservation")
        if let reservation = try Amounts.integer(asked, "MemoryReservation"), reservation > 0 {
            host.set("MemoryReservation", .integer(min(reservation, granted)))
        }
    }

    private func applyProcessors(
        asked: JSONObject,
        standard: Int64,
        to host: inout JSONObject
    ) throws(DockerRefusal) {
        let wanted = try processors(asked) ?? standard
        for field in ["NanoCpus", "CpuQuota", "CpuPeriod"] { host.remove(field) }
        guard settings.limitsCPU else { return }
        host.set("NanoCpus", .integer(min(wanted, nanoCPUs)))
    }

    /// What is asked by NanoCpus, or by CpuQuota over CpuPeriod; nil for nothing.
    private func processors(_ asked: JSONObject) throws(DockerRefusal) -> Int64? {
        if let nano = try Amounts.integer(asked, "NanoCpus"), nano > 0 { return nano }
        guard let quota = try Amounts.integer(asked, "CpuQuota"), quota > 0 else { return nil }
        let given = try Amounts.integer(asked, "CpuPeriod") ?? 0
        let period = given > 0 ? given : 100_000
        let (product, overflow) = quota.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? Int64.max : max(1, product / period)
    }

    private func tasks(_ asked: JSONObject) throws(DockerRefusal) -> Int64? {
        guard let wanted = try Amounts.integer(asked, "PidsLimit"), wanted > 0 else { return nil }
        return min(wanted, Int64(caller.tasks))
    }

    private func defaults(_ labels: JSONObject) throws(DockerRefusal) -> (memory: Int64?, nanoCPUs: Int64?) {
        var result: (memory: Int64?, nanoCPUs: Int64?) = (nil, nil)
        if let text = labels.exactly(OwnerLabels.memory)?.string {
            guard let bytes = Amounts.bytes(text), bytes > 0 else {
                throw .malformed("The label \(OwnerLabels.memory) is not a size: \"\(text)\". Write it as 512m or 2g.")
            }
            result.memory = bytes
        }
        if let text = labels.exactly(OwnerLabels.cpus)?.string {
            guard let nano = Amounts.nanoCPUs(text), nano > 0 else {
                throw .malformed(
                    "The label \(OwnerLabels.cpus) is not a number of cores: \"\(text)\". Write it as 1.5."
                )
            }
            result.nanoCPUs = nano
        }
        return result
    }
}
