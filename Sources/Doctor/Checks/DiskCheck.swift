import Glibc

/// Room on the file systems that services write to.
struct DiskCheck: Check {
    let id = "disk"
    let title = "There is room on the disks"
    let paths: [String]

    init(paths: [String] = ["/", "/var", "/var/lib/docker", "/home", "/opt", "/tmp"]) { self.paths = paths }

    func look() async throws -> [Finding] {
        var seen: Set<UInt> = []
        return paths.compactMap { path in
            var space = statvfs()
            guard statvfs(path, &space) == 0, space.f_blocks > 0, seen.insert(UInt(space.f_fsid)).inserted else {
                return nil
            }
            let size = UInt64(space.f_frsize)
            return Self.finding(
                path,
                free: UInt64(space.f_bavail) * size,
                total: UInt64(space.f_blocks) * size,
                freeFiles: UInt64(space.f_favail),
                files: UInt64(space.f_files)
            )
        }
    }

    /// - Parameters: bytes, and numbers of inodes (0 files: the file system counts none).
    static func finding(_ path: String, free: UInt64, total: UInt64, freeFiles: UInt64, files: UInt64) -> Finding? {
        let percent = free * 100 / total
        let filesPercent = files == 0 ? 100 : freeFiles * 100 / files
        let isFull = percent < 2 || filesPercent < 2
        guard isFull || percent < 8 || filesPercent < 8 else { return nil }
        let left = percent <= filesPercent ? "\(free >> 20) MiB, \(percent) %" : "\(filesPercent) % of its inodes"
        return Finding(
            isFull ? .critical : .warning,
            "\(path) has only \(left) left",
            why: "Databases, logs and notebooks cannot be written when it is full; sign-ins fail then.",
            remedy: "diycloud-bridge usage --sort disk shows who has most; docker system df, what images take"
        )
    }
}
