import Glibc
public import Identity
public import Logging
public import ServiceLifecycle
public import Sessions
public import UserStore

/// Ends the sessions of people whom the user store no longer lets in, whichever program changed it.
///
/// A changed role ends the session rather than changing it: a right never comes to a token that was handed out without it.
public struct StoreWatch: Service {
    private let store: any UserStore
    private let register: SessionRegister
    private let logger: Logger
    private let userDeleted: @Sendable (UserName) async throws -> Void
    private let availabilityChanged: @Sendable (_ isAvailable: Bool) -> Void

    /// - Parameters:
    ///   - userDeleted: told of everybody who is no longer in the store, so that a later namesake inherits nothing.
    ///   - availabilityChanged: told after each reading whether the store can be trusted; while it cannot, nobody may be
    ///     let in.
    public init(
        store: any UserStore,
        register: SessionRegister,
        logger: Logger,
        userDeleted: @escaping @Sendable (UserName) async throws -> Void,
        availabilityChanged: @escaping @Sendable (_ isAvailable: Bool) -> Void
    ) {
        self.store = store
        self.register = register
        self.logger = logger
        self.userDeleted = userDeleted
        self.availabilityChanged = availabilityChanged
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            // Listening comes first: a reading that is done before this task runs is told to nobody.
            let changes = store.changes
            var previous = isUnread ? nil : await review()
            for await _ in changes { previous = await review(since: previous) ?? previous }
        }
    }

    /// Whether the first reading is still to come.
    private var isUnread: Bool {
        do {
            _ = try store.current()
            return false
        } catch .notRead {
            return true
        } catch {
            return false
        }
    }

    /// Compares every session, and everybody who was let in before, with the store as it is now.
    /// - Parameter previous: the last state that was reviewed. Somebody without a session may still run a notebook server, so
    ///   their disappearance is told to the services, too.
    /// - Returns: the state that was reviewed; `nil` when the store cannot be trusted.
    @discardableResult
    public func review(since previous: StoreSnapshot? = nil) async -> StoreSnapshot? {
        let snapshot: StoreSnapshot
        do {
            snapshot = try store.current()
        } catch {
            availabilityChanged(false)
            logger.error("nobody is let in", metadata: ["reason": "\(error)"])
            return nil
        }
        var over = await endSessions(by: snapshot)
        if let previous { await compare(previous, with: snapshot, into: &over) }
        for (name, reason) in over.sorted(by: { $0.key < $1.key }) {
            await attempt("end what \(name) has") { try await register.endAll(of: name, reason: reason, now: now) }
        }
        availabilityChanged(true)
        return snapshot
    }

    /// Finds everybody who was let in before and no longer is, and forgets the passwords of those who are gone.
    private func compare(
        _ previous: StoreSnapshot,
        with snapshot: StoreSnapshot,
        into over: inout [UserName: SessionEndReason]
    ) async {
        for record in previous.users {
            let now = snapshot.users[record.name]
            if record.isActive, now?.isActive != true { over[record.name] = now == nil ? .deleted : .disabled }
            if now == nil {
                await attempt("forget the password of \(record.name)") { try await userDeleted(record.name) }
            }
        }
    }

    /// Ends the sessions whose role has changed.
    /// - Returns: who has a session and may have none any more.
    private func endSessions(by snapshot: StoreSnapshot) async -> [UserName: SessionEndReason] {
        var over: [UserName: SessionEndReason] = [:]
        for session in await register.all() {
            guard let reason = Self.reason(toEnd: session, by: snapshot) else { continue }
            guard reason == .roleChanged else {
                over[session.principal.name] = reason
                continue
            }
            await attempt("end the session \(session.id)") {
                try await register.end(id: session.id, reason: reason, now: now)
            }
        }
        return over
    }

    private var now: Int64 { Int64(time(nil)) }

    private func attempt(_ what: String, _ body: () async throws -> Void) async {
        do {
            try await body()
        } catch {
            logger.error("could not \(what)", metadata: ["reason": "\(error)"])
        }
    }

    private static func reason(toEnd session: ActiveSession, by snapshot: StoreSnapshot) -> SessionEndReason? {
        guard let record = snapshot.users[session.principal.name] else { return .deleted }
        guard record.isActive else { return .disabled }
        return record.role == session.principal.role ? nil : .roleChanged
    }
}
