import CQuota
import Glibc
import Identity

/// One round over people: what is so for a whole file system is looked up once, and only when something is wrong with it.
struct DiskRound {
    private let survey: DiskSurvey
    /// By device number; not for btrfs, whose subvolumes all have their own.
    private var problems: [UInt64: DiskProblem] = [:]

    init(survey: DiskSurvey) { self.survey = survey }

    mutating func standing(of uid: UInt32, _ home: String) -> DiskStanding {
        do {
            let directory = try HomeDirectory.open(home)
            return directory.isBtrfs
                ? try subvolumeStanding(directory, home) : try userStanding(of: uid, directory, home)
        } catch {
            return DiskStanding(used: nil, limit: nil, problem: Self.problem(error, home))
        }
    }

    /// - Returns: why the limit is not in force; `nil` when it is.
    mutating func apply(_ limit: ByteCount, to uid: UInt32, _ home: String) -> DiskProblem? {
        do {
            let directory = try HomeDirectory.open(home)
            return directory.isBtrfs
                ? try limitSubvolume(directory, home, limit) : try limitUser(uid, directory, home, limit)
        } catch {
            return Self.problem(error, home)
        }
    }

    // MARK: ext4, XFS

    private mutating func userStanding(
        of uid: UInt32,
        _ directory: borrowing HomeDirectory,
        _ home: String
    ) throws -> DiskStanding {
        let quotas = UserQuotas(directory, byDevice: survey.byDevice)
        let state = try quotas.state().get()
        guard state.counted else {
            return DiskStanding(used: nil, limit: nil, problem: systemProblem(directory, home), unit: quotas.unit)
        }
        let usage = try quotas.read(uid).get()
        return DiskStanding(
            used: ByteCount(bytes: Int64(clamping: usage.used_bytes)),
            limit: usage.hard == 0 ? nil : Self.bytes(usage.hard),
            problem: state.enforced ? Self.softProblem(usage, uid) : systemProblem(directory, home),
            note: directory.isCovered ? Self.covered(home) : nil,
            unit: quotas.unit
        )
    }

    private mutating func limitUser(
        _ uid: UInt32,
        _ directory: borrowing HomeDirectory,
        _ home: String,
        _ limit: ByteCount
    ) throws -> DiskProblem? {
        guard uid != 0 else {
            return DiskProblem(
                reason: "the kernel holds root to no disk limit",
                remedy: "give \(home) to an account of its own"
            )
        }
        let quotas = UserQuotas(directory, byDevice: survey.byDevice)
        let state = try quotas.state().get()
        guard state.counted else { return systemProblem(directory, home) }
        let wanted = DiskLimit.stored(limit, unit: quotas.unit)
        if try !Self.isSet(quotas, uid, wanted) {
            try quotas.limit(uid, bytes: wanted.bytes).get()
            guard try Self.isSet(quotas, uid, wanted) else { return Self.notTaken(wanted, home) }
        }
        return state.enforced ? nil : systemProblem(directory, home)
    }

    private static func isSet(_ quotas: UserQuotas, _ uid: UInt32, _ wanted: ByteCount) throws -> Bool {
        let usage = try quotas.read(uid).get()
        return bytes(usage.hard) == wanted && softProblem(usage, uid) == nil
    }

    /// A soft limit below the hard one stops writes after its grace time, at an amount that nobody was told.
    private static func softProblem(_ usage: cquota_usage, _ uid: UInt32) -> DiskProblem? {
        guard usage.soft != 0, usage.hard == 0 || usage.soft < usage.hard else { return nil }
        return DiskProblem(
            reason:
                "uid \(uid) has a soft limit of \(bytes(usage.soft)) beside the hard one, and is stopped there after a grace time",
            remedy: "run diycloud-bridge sync-users, which takes it away",
            isMendable: true
        )
    }

    private static func bytes(_ kibibytes: UInt64) -> ByteCount {
        ByteCount(bytes: kibibytes > UInt64(Int64.max) >> 10 ? Int64.max : Int64(kibibytes) << 10) ?? .mebibytes(0)
    }

    // MARK: btrfs

    private func subvolumeStanding(_ directory: borrowing HomeDirectory, _ home: String) throws -> DiskStanding {
        guard directory.isSubvolume else {
            let problem = directory.isCovered ? Self.covered(home) : Self.noSubvolume(directory, home)
            return DiskStanding(used: nil, limit: nil, problem: problem)
        }
        let quota = try SubvolumeQuota(directory)
        let state = try quota.state()
        guard state.enabled else {
            return DiskStanding(used: nil, limit: nil, problem: BtrfsHome.quotasOff(mountPoint(directory, home)))
        }
        let usage = try quota.read()
        return DiskStanding(
            used: ByteCount(bytes: Int64(clamping: usage.used_bytes)),
            limit: usage.limited == 0 ? nil : ByteCount(bytes: Int64(clamping: usage.limit_bytes)),
            problem: state.inconsistent ? BtrfsHome.inconsistent(mountPoint(directory, home)) : nil
        )
    }

    private func limitSubvolume(
        _ directory: borrowing HomeDirectory,
        _ home: String,
        _ limit: ByteCount
    ) throws -> DiskProblem? {
        let before = try subvolumeStanding(directory, home)
        let wanted = DiskLimit.stored(limit, unit: 1)
        // What cannot be counted has no standing, and cannot be limited.
        if before.used == nil || before.limit == wanted { return before.problem }
        try SubvolumeQuota(directory).limit(bytes: wanted.bytes)
        let after = try subvolumeStanding(directory, home)
        return after.limit == wanted ? after.problem : Self.notTaken(wanted, home)
    }

    private static func noSubvolume(_ directory: borrowing HomeDirectory, _ home: String) -> DiskProblem {
        directory.isHome ? BtrfsHome.plainDirectory(home) : BtrfsHome.missing(home)
    }

    // MARK: What is wrong

    private mutating func systemProblem(_ directory: borrowing HomeDirectory, _ home: String) -> DiskProblem {
        let key = UInt64(directory.place.device_major) << 32 | UInt64(directory.place.device_minor)
        if let known = problems[key] { return known }
        let problem: DiskProblem
        do {
            problem = DiskQuotaPlanner(facts: try survey.facts(ofHome: home)).support.problem ?? Self.changed(home)
        } catch {
            problem = Self.problem(error, home)
        }
        problems[key] = problem
        return problem
    }

    private func mountPoint(_ directory: borrowing HomeDirectory, _ home: String) -> String {
        guard let table = try? MountTable.read(), let mount = try? directory.mount(in: table) else { return home }
        return mount.mountPoint
    }

    private static func covered(_ home: String) -> DiskProblem {
        let place = ShellWord.quoted(home)
        return DiskProblem(
            reason:
                "a file system of its owner (FUSE) is mounted over \(home); limits are those of the file system below it",
            remedy: "if it is in the way: findmnt \(place), then umount \(place)"
        )
    }

    private static func changed(_ home: String) -> DiskProblem {
        DiskProblem(
            reason: "the quotas of the file system of \(home) were switched on just now",
            remedy: "run this again"
        )
    }

    private static func notTaken(_ limit: ByteCount, _ home: String) -> DiskProblem {
        DiskProblem(
            reason:
                "the kernel took a limit of \(limit.bytes) bytes for \(home), but says another one when it is asked again",
            remedy:
                "see whether another tool sets quotas here (edquota, setquota, warnquota), then run sync-users again"
        )
    }

    private static func problem(_ error: any Error, _ home: String) -> DiskProblem {
        switch error {
        case DiskQuotaError.notADirectory:
            DiskProblem(
                reason:
                    "\(home) is no directory of its own, and a symbolic link is not followed: the limit would land elsewhere",
                remedy:
                    "make the home what the account says: usermod --home with the real path (readlink -f \(ShellWord.quoted(home)))"
            )
        case let error as DiskQuotaError:
            DiskProblem(reason: "\(error)", remedy: "see to it that \(home) can be reached, then run sync-users again")
        case let error as KernelError where error.code == EPERM || error.code == EACCES:
            DiskProblem(
                reason: "the kernel lets only root (CAP_SYS_ADMIN) see and set the limits of \(home)",
                remedy: "run this as root; in a container, the host has to set limits"
            )
        case let error as KernelError where error.code == ERANGE:
            DiskProblem(
                reason:
                    "the quota file of the file system of \(home) is of an old format that cannot hold so large a limit",
                remedy:
                    "convert it to vfsv1: quotaoff, convertquota -u (or quotacheck -cum -F vfsv1), quotaon; see quotacheck(8)"
            )
        case let error as KernelError:
            DiskProblem(
                reason: "the kernel would not tell or set the limit of \(home): \(Kernel.sentence(error.code))",
                remedy: "look at the kernel's log (dmesg) for this file system, then run sync-users again"
            )
        default: DiskProblem(reason: "\(home): \(error)", remedy: "run sync-users again")
        }
    }
}
