/// What it takes to make one file system enforce limits; decides, does nothing.
///
/// What is permanent comes last: a step that fails leaves a machine that boots as before.
struct DiskQuotaPlanner: Sendable {
    /// What was found.
    struct Facts: Sendable {
        /// The home, or the directory of homes, that was looked at.
        var home: String
        var mount: MountTable.Mount
        /// All mounts of the same file system.
        var siblings: [MountTable.Mount]
        /// `nil` when it cannot be read.
        var fstab: Fstab?
        var counted: Bool
        var enforced: Bool
        /// btrfs: the numbers are wrong or still being counted.
        var inconsistent = false
        /// btrfs: homes that are no subvolumes.
        var plainHomes: [String] = []
        var missingTools: Set<String> = []
        /// XFS: whether this kernel was built with its quotas (`/proc/fs/xfs/xqmstat` is there).
        var kernelCountsXFS = true
    }

    let facts: Facts

    var plan: DiskQuotaPlan {
        let (steps, obstacle) = unmounted.map { ([], $0) } ?? stepsOrObstacle
        return DiskQuotaPlan(
            homes: facts.home,
            fileSystem: facts.mount.fileSystem,
            steps: steps,
            obstacle: obstacle,
            notes: notes
        )
    }

    /// What to tell of the file system as it is.
    var support: DiskQuotaSupport {
        if let unmounted { return .off(unmounted) }
        if facts.enforced { return .enforced }
        let (steps, obstacle) = stepsOrObstacle
        if let obstacle {
            if case .other = facts.mount.fileSystem.kind { return .unsupported(obstacle) }
            return facts.mount.type == "xfs" && !facts.kernelCountsXFS ? .unsupported(obstacle) : .off(obstacle)
        }
        if facts.mount.type == "btrfs" { return .off(BtrfsHome.quotasOff(facts.mount.mountPoint)) }
        let asked = target.options.contains { DiskQuotaStep.present.contains($0) }
        return .off(
            reason: "\(name) does not hold users to limits"
                + (asked ? ", though it was mounted to: nobody turned quotas on" : ""),
            remedy: "run diycloud-bridge sync-users --enable-disk-quota, which does: "
                + steps.map(\.byHand).joined(separator: "; ")
        )
    }

    /// A file system that fstab has for the homes and that is not mounted: limits would land on the one below.
    private var unmounted: DiskProblem? {
        let missing = facts.fstab?.entries.first { entry in
            let path = entry.mountPoint
            return facts.home != path && facts.home.hasPrefix(path == "/" ? path : path + "/") || facts.home == path
                ? path.utf8.count > facts.mount.mountPoint.utf8.count && !entry.options.contains("noauto") : false
        }
        return missing.map {
            DiskProblem(
                reason:
                    "\($0.mountPoint) is to be a file system of its own (line \($0.line) of \(facts.fstab?.path ?? "fstab")), "
                    + "and it is not mounted",
                remedy: "mount it: mount \(ShellWord.quoted($0.mountPoint)) — then run this again"
            )
        }
    }

    /// The file system in words: "/home (/dev/sda2, ext4)".
    private var name: String { "\(target.mountPoint) (\(target.source), \(target.fileSystem.kind))" }

    /// The mount that fstab makes; a bind mount of it has no options of its own.
    private var target: MountTable.Mount {
        let whole = facts.siblings.filter { $0.root == "/" }
        return whole.first { facts.fstab?.entry(mountedAt: $0.mountPoint) != nil }
            ?? (facts.mount.root == "/" ? facts.mount : whole.first ?? facts.mount)
    }

    private var entry: Fstab.Entry? { facts.fstab?.entry(mountedAt: target.mountPoint) }

    private var notes: [DiskProblem] {
        let damages = (facts.fstab?.damages ?? []).map { edit in
            DiskProblem(
                reason:
                    "line \(edit.line) of \(edit.path) is damaged, and its file system will not be mounted at the next boot: "
                    + edit.before,
                remedy: "make that line: \(edit.after)"
            )
        }
        return damages + facts.plainHomes.map(BtrfsHome.plainDirectory)
    }

    private var stepsOrObstacle: ([DiskQuotaStep], DiskProblem?) {
        switch facts.mount.fileSystem.kind {
        case .ext4: ext4
        case .xfs: xfs
        case .btrfs: (btrfs, nil)
        case .other(let type): facts.enforced ? ([], nil) : ([], OtherFileSystem.problem(type, of: facts.mount))
        }
    }

    // MARK: ext4

    private var ext4: ([DiskQuotaStep], DiskProblem?) {
        if facts.enforced { return (fstabStep("usrquota", DiskQuotaStep.ext4Opposites).map { [$0] } ?? [], nil) }
        if let obstacle = missingTool(facts.counted ? ["quotaon"] : ["quotacheck", "quotaon"]) ?? unusableFstab {
            return ([], obstacle)
        }
        var steps: [DiskQuotaStep] = [.remount(target.mountPoint)]
        if !facts.counted { steps.append(.count(target.mountPoint)) }
        steps.append(.turnOn(target.mountPoint))
        if let step = fstabStep("usrquota", DiskQuotaStep.ext4Opposites) { steps.append(step) }
        return (steps, nil)
    }

    // MARK: XFS

    private var xfs: ([DiskQuotaStep], DiskProblem?) {
        if facts.enforced {
            let step = target.mountPoint == "/" ? nil : fstabStep("uquota", DiskQuotaStep.xfsOpposites)
            return (step.map { [$0] } ?? [], nil)
        }
        guard facts.kernelCountsXFS else {
            return (
                [],
                DiskProblem(
                    reason:
                        "the running kernel was built without the quotas of XFS (CONFIG_XFS_QUOTA), so \(name) cannot have limits",
                    remedy: "boot a kernel of the distribution, then run this again"
                )
            )
        }
        if target.mountPoint == "/" { return ([], xfsRoot) }
        if let obstacle = unusableFstab { return ([], obstacle) }
        let permanent = fstabStep("uquota", DiskQuotaStep.xfsOpposites).map { [$0] } ?? []
        if facts.counted {
            if let obstacle = missingTool(["quotaon"]) { return ([], obstacle) }
            return ([.turnOn(target.mountPoint)] + permanent, nil)
        }
        return ([.mountAnew(target.mountPoint)] + permanent, nil)
    }

    /// The initramfs mounts the root, and XFS takes quota options only from that first mount (`xfs(5)`).
    private var xfsRoot: DiskProblem {
        DiskProblem(
            reason: "\(name) is mounted without user quotas, and XFS takes them only from the first mount at boot",
            remedy: "add rootflags=uquota to the kernel's command line (Fedora and RHEL: grubby --update-kernel=ALL "
                + "--args=rootflags=uquota; Debian: GRUB_CMDLINE_LINUX in /etc/default/grub, then update-grub), and reboot"
        )
    }

    // MARK: btrfs

    private var btrfs: [DiskQuotaStep] {
        if !facts.enforced { return [.enableQgroups(facts.mount.mountPoint), .rescan(facts.mount.mountPoint)] }
        return facts.inconsistent ? [.rescan(facts.mount.mountPoint)] : []
    }

    // MARK: Common

    private func missingTool(_ tools: [String]) -> DiskProblem? {
        guard let tool = tools.first(where: facts.missingTools.contains) else { return nil }
        return DiskProblem(
            reason: "\(name) needs the program \(tool) once, and this host does not have it",
            remedy:
                "install the package quota (openSUSE, Debian, Ubuntu, Fedora, RHEL) or quota-tools (Arch), then run this again"
        )
    }

    private var unusableFstab: DiskProblem? {
        guard let fstab = facts.fstab, let entry else {
            let option = target.type == "xfs" ? "uquota" : "usrquota"
            return DiskProblem(
                reason: "no single line of /etc/fstab mounts \(name), so it cannot be told there to keep quotas",
                remedy:
                    "add the option \(option) to whatever mounts it (a systemd .mount unit, an image's own configuration), "
                    + "mount it anew, and run this again"
            )
        }
        guard let damage = fstab.damages.first(where: { $0.line == entry.line }) else { return nil }
        return DiskProblem(
            reason: "line \(damage.line) of \(damage.path), which mounts \(name), is damaged: \(damage.before)",
            remedy: "make that line: \(damage.after) — then run this again"
        )
    }

    private func fstabStep(_ option: String, _ opposites: Set<String>) -> DiskQuotaStep? {
        guard let fstab = facts.fstab, let entry else { return nil }
        let has = entry.options.contains { DiskQuotaStep.present.contains($0) || $0.hasPrefix("usrjquota=") }
        guard !has, fstab.damages.allSatisfy({ $0.line != entry.line }) else { return nil }
        return .edit(fstab.adding(option, removing: opposites, to: entry), option: option)
    }
}
