public import HostPrograms

/// Puts limits on the slices of people, and looks what holds.
///
/// What counts is what is seen afterwards in the drop-ins and in the kernel's files; exit codes are never taken as proof.
public protocol SliceController: Sendable {
    var layout: CgroupLayout { get }

    /// What holds for each of `uids`; one entry for every one of them.
    func standing(of uids: [UInt32]) async throws(SliceError) -> [UInt32: SliceStanding]

    /// Sets limits, then looks again.
    /// - Parameter progress: called with the number of people done so far.
    /// - Returns: one entry a uid of `limits`; empty: all of its limits are in force.
    func apply(
        _ limits: [UInt32: SliceLimits],
        progress: @Sendable (Int) -> Void
    ) async -> [UInt32: [SliceProblem]]

    /// Ends all processes of the slice, and comes back when none is left.
    /// - Throws: ``SliceError/stillRunning(uid:count:)`` when some survive.
    func stopEverything(of uid: UInt32) async throws(SliceError)

    /// Takes our limits away again. Processes go on.
    /// - Returns: whose limits could not be taken away.
    func withdraw(_ uids: [UInt32]) async -> [UInt32: SliceProblem]

    /// The slices that carry limits of ours, in ascending order.
    func ourUIDs() throws(SliceError) -> [UInt32]
}

extension CgroupLayout {
    /// What sets limits here; nil where none can be set.
    public func controller(programs: any HostPrograms = SystemPrograms()) -> (any SliceController)? {
        switch self {
        case .systemd: SystemdSlices(layout: self, programs: programs)
        case .ownV1, .ownV2: CgroupTree(layout: self)
        case .none: nil
        }
    }
}
