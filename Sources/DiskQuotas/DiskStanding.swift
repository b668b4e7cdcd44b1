public import Identity

/// What a person's files take, and the limit that the kernel holds them to.
public struct DiskStanding: Sendable, Hashable {
    /// What the kernel counts now; `nil` when nobody counts. ext4 and XFS count all files of the uid on that file system; btrfs
    /// counts what the home's subvolume refers to, as of its last commit (at most 30 s ago by default).
    public let used: ByteCount?
    /// The hard limit that is set; `nil` for none. It stops writes only when ``problem`` is `nil`.
    public let limit: ByteCount?
    /// Why the limit does not bite, or bites elsewhere than it says; `nil` when all is well.
    public let problem: DiskProblem?
    /// What somebody should know although the limit bites: another file system lies over the home.
    public let note: DiskProblem?
    /// The unit in bytes that this file system stores limits in, at least 1.
    public let unit: Int64

    public init(
        used: ByteCount?,
        limit: ByteCount?,
        problem: DiskProblem?,
        note: DiskProblem? = nil,
        unit: Int64 = 1
    ) {
        self.note = note
        self.used = used
        self.limit = limit
        self.problem = problem
        self.unit = max(1, unit)
    }

    /// Whether `quota` is what is set here, once rounded up to what the file system can store. Says nothing about ``problem``.
    public func isSet(to quota: ByteCount) -> Bool {
        limit == DiskLimit.stored(quota, unit: unit)
    }
}
