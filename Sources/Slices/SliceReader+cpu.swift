extension SliceReader {
    /// The processor time of a slice alone, as ``SliceUsage/cpuMicroseconds``: one file, for those who look at everybody again and again.
    /// - Returns: nil when the slice does not exist, or this host does not count.
    public func cpuMicroseconds(of uid: UInt32) -> UInt64? {
        switch layout {
        case .systemd(.v2, _), .ownV2:
            layout.directories(of: uid).first.flatMap { slice in
                CgroupFile.read("\(slice)/cpu.stat") { CgroupText.value(of: "usage_usec", in: $0) }
            }
        case .systemd, .ownV1:
            layout.directory(of: uid, .cpuacct)
                .flatMap { CgroupFile.read("\($0)/cpuacct.usage", CgroupText.number) }
                .map { UInt64(clamping: $0) / 1000 }
        case .none: nil
        }
    }
}
