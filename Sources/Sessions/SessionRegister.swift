public import Identity

/// The one place where sessions begin and end.
///
/// Memory decides and the store remembers: a session stops to count in the moment in which ``end(id:of:reason:now:)``
/// or ``endAll(of:reason:except:now:)`` is called, before the store has written it down. What the store could not write
/// is tried again at each ``sweep(now:)``. Times are seconds since 1970.
public actor SessionRegister {
    /// How long sessions live and how many there may be.
    public struct Configuration: Sendable, Equatable {
        /// Seconds without a request after which a session ends. Default 2 hours.
        public var idle: Int64
        /// Seconds after which a session ends in any case. Default 12 hours.
        public var lifetime: Int64
        /// How many sessions one user may have; a further sign-in ends the oldest. Default 10, at least 1.
        public var perUser: Int
        /// Seconds between two writings of the times of the latest requests. Default 15.
        public var flushInterval: Int64
        /// Seconds for which revocations are kept for services that were away. Default one day.
        public var revocationsKept: Int64

        public init(
            idle: Int64 = 7200,
            lifetime: Int64 = 43200,
            perUser: Int = 10,
            flushInterval: Int64 = 15,
            revocationsKept: Int64 = 86400
        ) {
            self.idle = idle
            self.lifetime = lifetime
            self.perUser = max(1, perUser)
            self.flushInterval = flushInterval
            self.revocationsKept = revocationsKept
        }
    }

    let store: any SessionStore
    let configuration: Configuration
    var index = SessionIndex()
    var observers: [any SessionObserver] = []
    /// Sessions whose row is being written, and why they must not begin, if something ended them meanwhile.
    var opening: [SessionID: (user: UserName, doom: SessionEndReason?)] = [:]
    /// Ends that the store could not write yet.
    var unsaved: [SessionID: SessionEndReason] = [:]
    var savedLastSeen: [SessionID: Int64] = [:]
    var sweepState = SweepState()
    var waiters = RevocationWaiters()

    public init(store: any SessionStore, configuration: Configuration = Configuration()) {
        self.store = store
        self.configuration = configuration
    }

    /// Takes up the sessions of the previous run. Call once, before anything else.
    public func load(now: Int64) async throws {
        try await store.purge(now: now, revocationsBefore: now - configuration.revocationsKept)
        _ = try await store.changedElsewhere()
        sweepState.revocation = try await store.latestRevocation()
        for var record in try await store.load(now: now) where index[record.id] == nil {
            record.expiresAt = min(record.expiresAt, record.createdAt + configuration.lifetime)
            let session = ActiveSession(record: record, idleLimit: configuration.idle)
            index.add(session)
            savedLastSeen[session.id] = record.lastSeen
            for observer in observers { await observer.sessionOpened(session) }
        }
    }

    /// Tells the observer of every session from now on, and of those that exist.
    public func addObserver(_ observer: any SessionObserver) async {
        observers.append(observer)
        for session in index.all { await observer.sessionOpened(session) }
    }

    /// Begins a session with a new token.
    ///
    /// What the caller knew of the user may have changed while this waited for the store: check once more that the user
    /// is active before you hand out the token.
    /// - Throws: ``SessionError/endedMeanwhile(_:)``, or what the store throws; there is no session then.
    public func open(
        principal: Principal,
        client: ClientAddress,
        userAgent: String,
        linuxAccount: Bool,
        now: Int64
    ) async throws -> (token: SessionToken, session: ActiveSession) {
        let token = SessionToken.random()
        let record = SessionRecord(
            id: .random(),
            digest: token.digest,
            principal: principal,
            createdAt: now,
            expiresAt: now + configuration.lifetime,
            lastSeen: now,
            client: client,
            userAgent: userAgent,
            linuxAccount: linuxAccount
        )
        opening[record.id] = (principal.name, nil)
        do {
            try await store.insert(record)
        } catch {
            opening[record.id] = nil
            throw error
        }
        if let doom = opening.removeValue(forKey: record.id)?.doom {
            try await forget([record.id], reason: doom, now: now)
            throw SessionError.endedMeanwhile(doom)
        }
        let session = ActiveSession(record: record, idleLimit: configuration.idle)
        index.add(session)
        savedLastSeen[session.id] = now
        let surplus = index.sessions(of: principal.name).filter { $0.id != session.id }.dropLast(
            configuration.perUser - 1
        )
        // The new session counts even if the old ones' rows cannot be removed now: sweep tries that again.
        try? await finish(Array(surplus), reason: .replaced, now: now)
        for observer in observers { await observer.sessionOpened(session) }
        // Whoever ended it meanwhile may have told the observers before they knew it.
        if session.ended.load(ordering: .acquiring) { await tell([session], reason: .revoked) }
        return (token, session)
    }

    /// Ends one session.
    /// - Parameters:
    ///   - id: the session's public identifier.
    ///   - owner: when given, only a session of that user is ended.
    ///   - reason: why, for services and the audit log.
    ///   - now: seconds since 1970.
    /// - Returns: whether there was one.
    /// - Throws: what the store throws; the session has ended nevertheless.
    @discardableResult
    public func end(
        id: SessionID,
        of owner: UserName? = nil,
        reason: SessionEndReason,
        now: Int64
    ) async throws -> Bool {
        guard let session = index[id], owner == nil || session.principal.name == owner else { return false }
        try await finish([session], reason: reason, now: now)
        return true
    }

    /// Ends every session of a user, except one that the user may keep (their own, when they say "sign out elsewhere").
    /// - Returns: how many ended.
    /// - Throws: what the store throws; the sessions have ended nevertheless.
    @discardableResult
    public func endAll(
        of user: UserName,
        reason: SessionEndReason,
        except: SessionID? = nil,
        now: Int64
    ) async throws -> Int {
        for (id, entry) in opening where entry.user == user { opening[id]?.doom = reason }
        let ending = index.sessions(of: user).filter { $0.id != except && $0.end() }
        drop(ending)
        for session in ending { unsaved[session.id] = reason }
        await tell(ending, reason: reason)
        let removed = try await store.endAll(of: user, reason: reason, except: except, now: now)
        for session in ending { unsaved[session.id] = nil }
        waiters.wake()
        return Set(removed).union(ending.map(\.id)).count
    }

    // MARK: - Looking

    public func session(id: SessionID) -> ActiveSession? { index[id] }

    public func session(digest: TokenDigest) -> ActiveSession? { index[digest] }

    /// Oldest first.
    public func sessions(of user: UserName) -> [ActiveSession] { index.sessions(of: user) }

    public func all() -> [ActiveSession] { Array(index.all) }

    public var count: Int { index.count }

    // MARK: - Ending

    /// Ends sessions in memory, tells the observers, and writes it down.
    func finish(_ sessions: [ActiveSession], reason: SessionEndReason, now: Int64) async throws {
        let ending = sessions.filter { $0.end() }
        guard !ending.isEmpty else { return }
        drop(ending)
        let ids = ending.map(\.id)
        for id in ids { unsaved[id] = reason }
        await tell(ending, reason: reason)
        try await forget(ids, reason: reason, now: now)
    }

    /// Takes ended sessions out of memory.
    func drop(_ sessions: [ActiveSession]) {
        for session in sessions {
            index.remove(session)
            savedLastSeen[session.id] = nil
        }
    }

    func tell(_ sessions: [ActiveSession], reason: SessionEndReason) async {
        for session in sessions {
            for observer in observers { await observer.sessionEnded(session, reason: reason) }
        }
    }

    func forget(_ ids: [SessionID], reason: SessionEndReason, now: Int64) async throws {
        for id in ids { unsaved[id] = reason }
        try await store.end(ids, reason: reason, now: now)
        for id in ids { unsaved[id] = nil }
        waiters.wake()
    }
}
