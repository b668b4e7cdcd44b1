public import DiskQuotas

/// What the disk planner knows of the file systems that hold homes.
public struct DiskReading: Sendable, Equatable {
    /// By uid.
    public let standings: [UInt32: DiskStanding]
    /// Whether the file system of a directory of homes holds people to limits, by that directory.
    public let supports: [String: DiskQuotaSupport]
    /// The directories of homes that could not be looked at, and why.
    public let unreadable: [String: String]

    public init(
        standings: [UInt32: DiskStanding],
        supports: [String: DiskQuotaSupport],
        unreadable: [String: String] = [:]
    ) {
        self.standings = standings
        self.supports = supports
        self.unreadable = unreadable
    }
}

extension DiskReading {
    /// Whether the limit of a step is set and bites.
    func shows(_ step: DiskStep) -> Bool {
        guard let standing = step.uid.flatMap({ standings[$0] }) else { return false }
        return standing.problem == nil && standing.isSet(to: step.limit)
    }
}
