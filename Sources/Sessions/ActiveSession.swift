public import Identity
public import Synchronization

/// One signed-in browser, shared by everything that answers requests.
///
/// Whether it still counts is asked without a lock, a wait or an allocation, from any thread: ``isValid(now:)``. Once
/// ended it never counts again.
public final class ActiveSession: Sendable {
    public let id: SessionID
    public let digest: TokenDigest
    public let principal: Principal
    /// Seconds since 1970.
    public let createdAt: Int64
    /// The absolute end, in seconds since 1970, however busy the session is.
    public let expiresAt: Int64
    /// How long it lives without a request, in seconds.
    public let idleLimit: Int64
    /// Where the sign-in came from.
    public let client: ClientAddress
    /// What the browser called itself at sign-in; at most 256 characters, no control characters.
    public let userAgent: String
    /// Whether a Linux account of that name existed at sign-in, so that its lock and expiry matter.
    public let linuxAccount: Bool
    /// Seconds since 1970 of the latest request.
    public let lastSeen: Atomic<Int64>
    /// Whether it was ended before its time.
    public let ended: Atomic<Bool>

    init(record: SessionRecord, idleLimit: Int64) {
        self.id = record.id
        self.digest = record.digest
        self.principal = record.principal
        self.createdAt = record.createdAt
        self.expiresAt = record.expiresAt
        self.idleLimit = idleLimit
        self.client = record.client
        self.userAgent = record.userAgent
        self.linuxAccount = record.linuxAccount
        self.lastSeen = Atomic(record.lastSeen)
        self.ended = Atomic(false)
    }

    /// Whether a request at that moment, in seconds since 1970, may use the session.
    public func isValid(now: Int64) -> Bool {
        !ended.load(ordering: .acquiring) && !isExpired(now: now)
    }

    /// Notes a request, which starts the idle time anew. Costs a write at most once a second.
    /// - Parameter now: seconds since 1970.
    public func touch(now: Int64) {
        if now > lastSeen.load(ordering: .relaxed) { lastSeen.max(now, ordering: .relaxed) }
    }

    func isExpired(now: Int64) -> Bool {
        now >= expiresAt || now - lastSeen.load(ordering: .relaxed) >= idleLimit
    }

    /// - Returns: whether this call ended it; `false` when it was ended already.
    func end() -> Bool { ended.exchange(true, ordering: .acquiringAndReleasing) == false }
}
