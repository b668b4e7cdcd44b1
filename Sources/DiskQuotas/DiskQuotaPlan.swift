/// What `sync-users --enable-disk-quota` would do to one file system.
public struct DiskQuotaPlan: Sendable, Hashable {
    /// The directory of homes that it was made for.
    public let homes: String
    public let fileSystem: HomeFileSystem
    /// In order. Empty with no ``obstacle``: limits are enforced already.
    public let steps: [DiskQuotaStep]
    /// Why it cannot be done from here, and what the administrator does instead; `nil` when the steps lead there.
    public let obstacle: DiskProblem?
    /// What else is worth saying: a damaged line of fstab, homes that are plain directories on btrfs.
    public let notes: [DiskProblem]

    public init(
        homes: String,
        fileSystem: HomeFileSystem,
        steps: [DiskQuotaStep],
        obstacle: DiskProblem? = nil,
        notes: [DiskProblem] = []
    ) {
        self.homes = homes
        self.fileSystem = fileSystem
        self.steps = steps
        self.obstacle = obstacle
        self.notes = notes
    }

    /// The change of fstab as a unified diff; `nil` when it stays as it is.
    public var fstabDiff: String? {
        steps.lazy.compactMap { if case .editFstab(let edit) = $0.action { edit.diff } else { nil } }.first
    }
}
