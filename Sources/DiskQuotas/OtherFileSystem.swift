/// What to do about a file system that limits nobody.
enum OtherFileSystem {
    static func problem(_ type: String, of mount: MountTable.Mount) -> DiskProblem {
        let place = "\(mount.mountPoint) (\(mount.source), \(type))"
        return DiskProblem(reason: "\(place) \(reason(type))", remedy: remedy(type, mount))
    }

    private static func reason(_ type: String) -> String {
        switch type {
        case "overlay":
            "is an overlay, which has no quotas; what is written lands on the file system of its upper directory"
        case "nfs", "nfs4", "cifs", "ceph", "9p", "virtiofs":
            "is somebody else's file system; limits are kept where its files are"
        case "zfs": "has quotas of its own, which quotactl(2) does not reach"
        case "tmpfs": "is in memory, and was not mounted with user quotas"
        case "autofs": "is mounted on demand, and nothing is mounted there now"
        default: "has no user quotas that the kernel knows of"
        }
    }

    private static func remedy(_ type: String, _ mount: MountTable.Mount) -> String {
        switch type {
        case "nfs", "nfs4", "cifs", "ceph", "9p", "virtiofs":
            "set the limits on the server (\(mount.source)), by uid; this host cannot"
        case "zfs": "set them by hand: zfs set userquota@NAME=SIZE \(ShellWord.quoted(mount.source))"
        case "tmpfs":
            "with Linux 6.6 or newer, mount \(ShellWord.quoted(mount.mountPoint)) with usrquota; better: keep homes on a disk"
        case "autofs": "see to it that \(ShellWord.quoted(mount.mountPoint)) gets mounted, then run this again"
        default:
            "keep homes on ext4, XFS or btrfs: a partition or a volume of its own, mounted on "
                + ShellWord.quoted(mount.mountPoint == "/" ? "/home" : mount.mountPoint) + ", with usrquota"
        }
    }
}
