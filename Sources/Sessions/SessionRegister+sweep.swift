/// What a sweep remembers of the one before.
struct SweepState {
    var isRunning = false
    var expiry: Int64 = .min
    var flush: Int64 = .min
    var purge: Int64 = .min
    /// Whether another process wrote and the look at it has not succeeded yet.
    var mustLook = false
    /// The latest revocation that has been seen.
    var revocation: Int64 = 0
}

extension SessionRegister {
    /// Sees what happened without a call: limits that have passed, and sessions that another process (`diycloud-bridge
    /// session revoke`, or anything that deletes the row) has ended. Call it every 250 ms; when nothing happened it
    /// costs one `PRAGMA data_version`.
    /// - Parameter now: seconds since 1970.
    /// - Throws: the first error of the store. What could be done without the store is done.
    public func sweep(now: Int64) async throws {
        guard !sweepState.isRunning else { return }
        sweepState.isRunning = true
        defer { sweepState.isRunning = false }
        var failure: (any Error)?
        for step in [retryUnsaved, endExpired, seeOthers, flushIfDue, purgeIfDue] {
            do { try await step(now) } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
    }

    /// Writes down when each session was last used. Call it before the process ends; ``sweep(now:)`` does it now and
    /// then.
    public func flush() async throws {
        let changed = index.all.compactMap { session in
            let seen = session.lastSeen.load(ordering: .relaxed)
            return savedLastSeen[session.id] == seen ? nil : (id: session.id, lastSeen: seen)
        }
        try await store.saveLastSeen(changed)
        for entry in changed where index[entry.id] != nil { savedLastSeen[entry.id] = entry.lastSeen }
    }

    private func retryUnsaved(now: Int64) async throws {
        for (reason, entries) in Dictionary(grouping: unsaved, by: \.value) {
            try await forget(entries.map(\.key), reason: reason, now: now)
        }
    }

    private func endExpired(now: Int64) async throws {
        guard now != sweepState.expiry else { return }
        sweepState.expiry = now
        try await finish(index.all.filter { $0.isExpired(now: now) }, reason: .expired, now: now)
    }

    private func seeOthers(now: Int64) async throws {
        guard try await store.changedElsewhere() || sweepState.mustLook else { return }
        sweepState.mustLook = true
        // Taken before the store is asked, so that a session that begins meanwhile is not missed there. One that is
        // between the store and memory now is looked at the next time.
        let known = Array(index.all)
        let someoneIsBetween = !opening.isEmpty
        let existing = try await store.identifiers()
        let gone = known.filter { !existing.contains($0.id) && $0.end() }
        drop(gone)
        let page = try await store.revocations(after: sweepState.revocation)
        for session in gone { await tell([session], reason: page.reason(for: session)) }
        sweepState.mustLook = someoneIsBetween || page.revocations.count == RevocationPage.limit
        sweepState.revocation = page.cursor
        waiters.wake()
    }

    private func flushIfDue(now: Int64) async throws {
        guard now &- sweepState.flush >= configuration.flushInterval || sweepState.flush == .min else { return }
        try await flush()
        sweepState.flush = now
    }

    private func purgeIfDue(now: Int64) async throws {
        guard now &- sweepState.purge >= 600 || sweepState.purge == .min else { return }
        try await store.purge(now: now, revocationsBefore: now - configuration.revocationsKept)
        sweepState.purge = now
    }
}

extension RevocationPage {
    /// Why another process ended the session; a row that was deleted without a word counts as revoked.
    fileprivate func reason(for session: ActiveSession) -> SessionEndReason {
        let match = revocations.last { revocation in
            revocation.session == session.id || (revocation.session == nil && revocation.user == session.principal.name)
        }
        return match?.reason ?? .revoked
    }
}
