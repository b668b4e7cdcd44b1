import Glibc

/// Room on the disk that a path is on.
enum DiskRoom {
    /// Kept free beside what is written.
    static let reserve: Int64 = 32 << 20

    static func check(_ directory: String, for bytes: Int64) throws(BackupError) {
        var status = statvfs()
        guard statvfs(directory, &status) == 0 else { throw .system(directory, "cannot be looked at") }
        let free = Int64(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
        guard free >= bytes + reserve else { throw .noSpace(directory, wanted: bytes + reserve, free: free) }
    }
}
