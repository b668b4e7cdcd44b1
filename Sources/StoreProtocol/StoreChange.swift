public import Identity

/// The changes of the user store that `serve` may ask for; there are no others. Nobody is added, removed, renamed, given another role
/// or another password this way.
public enum StoreChange: Equatable, Sendable {
    /// Lets somebody in, or ends all that they have open.
    case active(Bool)
    /// Changes what somebody may use; `nil` leaves a part as it is.
    case quota(cpuCores: Double?, memory: ByteCount?, disk: ByteCount?, gpu: Bool?)
}
