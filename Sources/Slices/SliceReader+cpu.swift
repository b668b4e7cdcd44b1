extension SliceReader {
    /// The processor time of a slice alone, as ``SliceUsage/cpuMicroseconds``: one file, for those who look at everybody again and again.
    /// - Returns: nil when the slice does not exist.
    public func cpuMicroseconds(of uid: UInt32) -> UInt64? { usage(of: uid)?.cpuMicroseconds }
}
