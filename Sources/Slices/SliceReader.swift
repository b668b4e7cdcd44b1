/// Reads what people use and what limits hold, straight from the kernel's files. Needs no privilege.
public struct SliceReader: Sendable {
    public let layout: CgroupLayout

    public init(layout: CgroupLayout) { self.layout = layout }

    /// What the person's processes take now; nil when nothing of theirs runs.
    public func usage(of uid: UInt32) -> SliceUsage? { nil }

    /// What holds for the person's slice.
    public func standing(of uid: UInt32) -> SliceStanding {
        SliceStanding(name: "user-\(uid).slice", configured: nil, inForce: nil)
    }

    /// The people of whom something runs, in ascending order.
    public func activeUIDs() -> [UInt32] { [] }
}
