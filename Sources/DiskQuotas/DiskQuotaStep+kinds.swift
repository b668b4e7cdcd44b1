/// The steps there are.
extension DiskQuotaStep {
    /// What fstab may say already: ext4 knows the first two, XFS all.
    static let present: Set<String> = ["usrquota", "quota", "uquota"]
    static let ext4Opposites: Set<String> = ["noquota"]
    static let xfsOpposites: Set<String> = ["noquota", "uqnoenforce", "qnoenforce"]

    static func remount(_ mountPoint: String) -> DiskQuotaStep {
        program(
            ["mount", "-o", "remount,usrquota", mountPoint],
            why: "tells the mounted file system that limits are wanted; nothing that runs there notices",
            undo: ["mount", "-o", "remount,noquota", mountPoint]
        )
    }

    /// `-m`: not mounted read-only meanwhile. `vfsv1`: limits above 4 TiB (the older format has 32 bits).
    static func count(_ mountPoint: String) -> DiskQuotaStep {
        program(
            ["quotacheck", "-cum", "-F", "vfsv1", mountPoint],
            why:
                "counts what everybody has there, into the file aquota.user; what is written meanwhile may be counted wrong, so "
                + "a quiet hour is better. The file system's own quota feature is not switched on: a root with it may not boot",
            undo: ["rm", mountPoint == "/" ? "/aquota.user" : mountPoint + "/aquota.user"]
        )
    }

    static func turnOn(_ mountPoint: String) -> DiskQuotaStep {
        program(
            ["quotaon", "-u", mountPoint],
            why: "the kernel enforces limits of users from now on; nobody has one yet",
            undo: ["quotaoff", "-u", mountPoint]
        )
    }

    /// XFS says yes to `remount,uquota` and changes nothing.
    static func mountAnew(_ mountPoint: String) -> DiskQuotaStep {
        let path = ShellWord.quoted(mountPoint)
        return DiskQuotaStep(
            action: .mountAnew(mountPoint, option: "uquota"),
            what: "umount \(path) && mount -o uquota \(path)",
            why:
                "XFS counts only when it was mounted so from the start; if somebody uses it, it stays mounted and the next boot does it",
            undo: "umount \(path) && mount -o noquota \(path)"
        )
    }

    /// Full quotas, not simple ones (`-s`, Linux 6.7): those count only what is written after they were enabled, and no older
    /// kernel mounts such a file system.
    static func enableQgroups(_ mountPoint: String) -> DiskQuotaStep {
        program(
            ["btrfs", "quota", "enable", mountPoint],
            why: "btrfs counts each subvolume from now on, at some cost for each write and snapshot",
            undo: ["btrfs", "quota", "disable", mountPoint]
        )
    }

    static func rescan(_ mountPoint: String) -> DiskQuotaStep {
        program(
            ["btrfs", "quota", "rescan", "-w", mountPoint],
            why: "counts what is there already; may take minutes",
            undo: ["btrfs", "quota", "disable", mountPoint]
        )
    }

    static func edit(_ edit: FstabEdit, option: String) -> DiskQuotaStep {
        DiskQuotaStep(
            action: .editFstab(edit),
            what: "in \(edit.path), line \(edit.line), add the option \(option)",
            why: "the next boot mounts it so again",
            undo: "cp -p \(FstabEditor.copyName(of: edit.path, stamp: "DATE")) \(edit.path)"
        )
    }

    private static func program(_ command: [String], why: String, undo: [String]) -> DiskQuotaStep {
        DiskQuotaStep(
            action: .run(command[0], Array(command.dropFirst())),
            what: command.map(ShellWord.quoted).joined(separator: " "),
            why: why,
            undo: undo.map(ShellWord.quoted).joined(separator: " ")
        )
    }
}
