public import Identity

/// How a quota of the user store becomes a limit of a file system.
public enum DiskLimit {
    /// The limit that stands for `quota`: rounded up to the next `unit`, and never 0, which means "no limit" to quotactl(2).
    /// - Parameter unit: bytes; 1024 for ext4, the block size for XFS, 1 for btrfs.
    public static func stored(_ quota: ByteCount, unit: Int64) -> ByteCount {
        let unit = max(1, unit)
        let units = quota.bytes / unit + (quota.bytes % unit == 0 ? 0 : 1)
        let (bytes, overflow) = max(1, units).multipliedReportingOverflow(by: unit)
        return ByteCount(bytes: overflow ? Int64.max / unit * unit : bytes) ?? quota
    }
}
