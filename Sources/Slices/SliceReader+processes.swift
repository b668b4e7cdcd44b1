internal import Glibc

extension SliceReader {
    /// The processes of the person in their slice and below. Those that have ended and whose parent has not asked yet are
    /// none: ``SliceUsage/tasks`` counts them, but nobody can end them once more.
    func members(of uid: UInt32) -> Set<pid_t> {
        // One file says it of nearly everybody who is switched off.
        tasks(of: uid) == 0 ? [] : CgroupEnd(directories: layout.directories(of: uid)).processes()
    }
}
