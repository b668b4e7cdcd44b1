extension SliceReader {
    /// How many processes of the person run in their slice and below. Those that have ended and whose parent has not asked yet are
    /// none: ``SliceUsage/tasks`` counts them, but nobody can end them once more.
    public func processes(of uid: UInt32) -> Int {
        // One file says it of nearly everybody who is switched off.
        tasks(of: uid) == 0 ? 0 : CgroupEnd(directories: layout.directories(of: uid)).processes().count
    }
}
