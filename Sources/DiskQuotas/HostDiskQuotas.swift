public import HostPrograms
public import Identity

/// The disk limits of this host: quotactl(2) for ext4 and XFS, qgroups for btrfs, without running a program.
///
/// `setquota -b` makes the very same calls; made here, ten thousand limits take milliseconds instead of ten thousand processes,
/// and a host without the quota tools is held to its limits as well.
public struct HostDiskQuotas: DiskQuotaController {
    private let survey: DiskSurvey

    /// - Parameters:
    ///   - programs: asked only which tools there are, for what it tells the administrator.
    ///   - fstab: read only for what it tells the administrator.
    ///   - byDevice: asks block devices, as before Linux 5.14, even where the kernel has quotactl_fd(2).
    public init(
        programs: any HostPrograms = SystemPrograms(),
        fstab: String = "/etc/fstab",
        byDevice: Bool = false
    ) {
        survey = DiskSurvey(fstab: fstab, programs: programs, byDevice: byDevice)
    }

    public func support(
        ofHome home: String
    ) throws(DiskQuotaError) -> (fileSystem: HomeFileSystem, support: DiskQuotaSupport) {
        let facts = try survey.facts(ofHome: home)
        return (facts.mount.fileSystem, DiskQuotaPlanner(facts: facts).support)
    }

    /// One person's standing: a handful of system calls, well under 100 µs where limits are enforced; for the worker that answers
    /// `usage` requests. Wants CAP_SYS_ADMIN, and on btrfs CAP_DAC_READ_SEARCH.
    public func standing(ofUID uid: UInt32, home: String) -> DiskStanding {
        var round = DiskRound(survey: survey)
        return round.standing(of: uid, home)
    }

    public func standing(of people: [(uid: UInt32, home: String)]) -> [UInt32: DiskStanding] {
        var round = DiskRound(survey: survey)
        var standings: [UInt32: DiskStanding] = [:]
        standings.reserveCapacity(people.count)
        for (uid, home) in people { standings[uid] = round.standing(of: uid, home) }
        return standings
    }

    public func apply(
        _ limits: [(uid: UInt32, home: String, limit: ByteCount)],
        progress: @Sendable (Int) -> Void
    ) async -> [UInt32: DiskProblem] {
        var round = DiskRound(survey: survey)
        var problems: [UInt32: DiskProblem] = [:]
        for (index, (uid, home, limit)) in limits.enumerated() {
            problems[uid] = round.apply(limit, to: uid, home)
            if (index + 1) % 100 == 0 || index + 1 == limits.count {
                progress(index + 1)
                await Task.yield()
            }
        }
        return problems
    }
}
