internal import Glibc
internal import Identity

/// The value of one limit, in the unit that compares exactly: microseconds of processor time per second for
/// ``SliceLimit/cpu``, bytes for memory and swap, a count for tasks.
public enum SliceBound: Sendable, Hashable {
    case unlimited
    case at(Int64)

    /// Memory as the kernel keeps it: in whole pages, rounded down, and nothing that large is no limit (page_counter_memparse).
    static func bytes(_ count: ByteCount) -> SliceBound { bytes(count.bytes) }

    /// As ``bytes(_:)``, of what a file says.
    static func bytes(_ count: Int64) -> SliceBound {
        let pages = count / pageSize
        return pages >= Int64.max / pageSize ? .unlimited : .at(pages * pageSize)
    }

    /// The unit of the kernel's accounting.
    static let pageSize = Int64(max(1, sysconf(Int32(_SC_PAGESIZE))))
}
