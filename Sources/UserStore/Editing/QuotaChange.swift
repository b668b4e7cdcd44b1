public import Identity

/// Which parts of a quota are to become what; `nil` leaves a part as it is.
public struct QuotaChange: Sendable, Equatable {
    /// Cores, in ``StoredCPULimit/range``.
    public let cpuCores: Double?
    /// At least ``StoredSize/minimum``, at most ``StoredSize/maximum``; written in whole MiB, rounded down.
    public let memory: ByteCount?
    /// As ``memory``.
    public let disk: ByteCount?
    public let gpu: Bool?

    /// - Throws: ``QuotaChangeError`` when a number is out of its range.
    public init(
        cpuCores: Double? = nil,
        memory: ByteCount? = nil,
        disk: ByteCount? = nil,
        gpu: Bool? = nil
    ) throws(QuotaChangeError) {
        if let cpuCores, !StoredCPULimit.range.contains(cpuCores) { throw .cpu("\(cpuCores)") }
        for (column, size) in [("memory", memory), ("disk", disk)] {
            if let size, size < StoredSize.minimum || size > StoredSize.maximum { throw .size(column, "\(size)") }
        }
        self.cpuCores = cpuCores
        self.memory = memory
        self.disk = disk
        self.gpu = gpu
    }

    /// Reads what an administrator typed: `1.5`, `2G`, `2048M`, `1.5G`. Stricter than the reading of the store: a size wants its
    /// unit, and nothing odd is guessed at.
    /// - Throws: ``QuotaChangeError`` with the text.
    public init(cpu: String?, memory: String?, disk: String?, gpu: Bool?) throws(QuotaChangeError) {
        try self.init(
            cpuCores: cpu.map(Self.cores),
            memory: memory.map { text throws(QuotaChangeError) in try Self.size(text, "memory") },
            disk: disk.map { text throws(QuotaChangeError) in try Self.size(text, "disk") },
            gpu: gpu
        )
    }

    public var isEmpty: Bool { cpuCores == nil && memory == nil && disk == nil && gpu == nil }

    private static func cores(_ text: String) throws(QuotaChangeError) -> Double {
        // Double(_:) takes `nan`, `inf`, `0x1p3` and `1e309` too: digits and one point are all that a number of cores needs.
        guard text.utf8.count <= 16, text.utf8.allSatisfy({ (48...57).contains($0) || $0 == 46 }),
            let cores = Double(text)
        else { throw .cpu(text) }
        return cores
    }

    private static func size(_ text: String, _ column: String) throws(QuotaChangeError) -> ByteCount {
        let units = Set("KkMmGgTt".utf8)
        guard text.utf8.contains(where: units.contains), let amount = StoredSize(text).amount else {
            throw .size(column, text)
        }
        return amount
    }
}

/// A number that no quota can have.
public enum QuotaChangeError: Error, Equatable, Sendable, CustomStringConvertible {
    case cpu(String)
    /// `memory` or `disk`, and the text.
    case size(String, String)

    public var description: String {
        switch self {
        case .cpu(let text):
            "`\(StoredValue.text(text).printable ?? "")` is no number of cores. Give one from 0.01 to 4096, such as 1.5."
        case .size(let what, let text):
            "`\(StoredValue.text(text).printable ?? "")` is no \(what) size. Give a number with its unit, from 1M to 1024T, "
                + "such as 2048M or 2G."
        }
    }
}

extension QuotaChange {
    /// The quota that comes of a change.
    public func applied(to quota: Quota) -> Quota {
        Quota(
            cpuCores: cpuCores ?? quota.cpuCores,
            memory: memory ?? quota.memory,
            disk: disk ?? quota.disk,
            gpu: gpu ?? quota.gpu
        )
    }
}
