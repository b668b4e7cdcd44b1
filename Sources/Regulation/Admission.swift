import Synchronization

/// Whether somebody may try a password now.
public enum Admission: Sendable {
    /// Go on, and settle the ticket when the outcome is known.
    case admitted(AttemptTicket)
    /// Do not check the password, give the same answer as to a wrong one. Until: seconds since 1970.
    case banned(BucketKind, until: Int64)
}

/// The counted right to try one password. It counts as a failed attempt unless it is settled otherwise, so that a crash
/// or a browser that goes away gains nobody a guess. Only the first settlement counts.
public final class AttemptTicket: Sendable {
    let account: String
    let client: String
    /// The buckets that this attempt was counted in, and when their windows began.
    let reservations: [BucketKind: Int64]
    /// The buckets that this attempt has filled: if it fails, a ban has begun.
    public let filled: [BucketKind]
    private let settled = Atomic(false)

    init(account: String, client: String, reservations: [BucketKind: Int64], filled: [BucketKind]) {
        self.account = account
        self.client = client
        self.reservations = reservations
        self.filled = filled
    }

    /// - Returns: whether this is the first settlement.
    func settle() -> Bool { !settled.exchange(true, ordering: .acquiringAndReleasing) }
}
