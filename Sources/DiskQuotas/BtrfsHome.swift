/// Homes on btrfs, which limits subvolumes and not people.
enum BtrfsHome {
    static func plainDirectory(_ home: String) -> DiskProblem {
        let old = ShellWord.quoted(home + ".plain")
        let new = ShellWord.quoted(home)
        return DiskProblem(
            reason: "\(home) is a plain directory, and btrfs can limit only a subvolume",
            remedy: "when nothing of its owner runs: mv \(new) \(old) && btrfs subvolume create \(new) && "
                + "cp -a --reflink=auto \(old)/. \(new)/ && chown --reference=\(old) \(new) && chmod --reference=\(old) \(new) "
                + "— then compare, and remove \(old); new homes: useradd --btrfs-subvolume-home"
        )
    }

    static func missing(_ home: String) -> DiskProblem {
        DiskProblem(
            reason: "\(home) does not exist, and btrfs can limit only a subvolume that is there",
            remedy:
                "make it with: btrfs subvolume create \(ShellWord.quoted(home)) — or let sync-users make the account's home first"
        )
    }

    static func quotasOff(_ mountPoint: String) -> DiskProblem {
        DiskProblem(
            reason: "\(mountPoint) (btrfs) does not count its subvolumes: quotas are not enabled",
            remedy:
                "run diycloud-bridge sync-users --enable-disk-quota, or: btrfs quota enable \(ShellWord.quoted(mountPoint))"
        )
    }

    static func inconsistent(_ mountPoint: String) -> DiskProblem {
        DiskProblem(
            reason:
                "btrfs says that its numbers for \(mountPoint) are not right (they are being counted, or a count broke off)",
            remedy: "run: btrfs quota rescan -w \(ShellWord.quoted(mountPoint))"
        )
    }
}
