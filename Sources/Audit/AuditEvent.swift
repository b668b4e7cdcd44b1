public import Identity

/// Something that somebody may want to look up later: one line of the audit log.
///
/// It has no place for a password, a token or a cookie. What comes from outside (a typed name, a reason) is escaped and
/// cut when it is written.
public struct AuditEvent: Sendable, Equatable {
    /// What happened.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case signIn = "sign-in"
        case signInRefused = "sign-in-refused"
        case challenge
        case signOut = "sign-out"
        case sessionEnded = "session-ended"
        case passwordChanged = "password-changed"
        case accessDenied = "access-denied"
        case banBegan = "ban-began"
        case banLifted = "ban-lifted"
        case spawn
        case spawnRefused = "spawn-refused"
        case serviceEvent = "service-event"
        case administration
        case serviceStarted = "service-started"
        case serviceStopped = "service-stopped"
    }

    public enum Outcome: String, Sendable, Hashable { case success, failure }

    /// Seconds since 1970.
    public var time: Int64
    public var kind: Kind
    public var outcome: Outcome?
    /// The account, or what was typed as its name.
    public var user: String?
    public var client: ClientAddress?
    /// The public identifier of a session, never its token.
    public var session: String?
    public var service: String?
    /// Who did it, when it is not the user: an administrator, or `uid 0` for a command.
    public var actor: String?
    /// Why, for people inside; it is never told to the caller.
    public var reason: String?
    public var detail: String?

    public init(
        _ kind: Kind,
        at time: Int64,
        outcome: Outcome? = nil,
        user: String? = nil,
        client: ClientAddress? = nil,
        session: String? = nil,
        service: String? = nil,
        actor: String? = nil,
        reason: String? = nil,
        detail: String? = nil
    ) {
        self.time = time
        self.kind = kind
        self.outcome = outcome
        self.user = user
        self.client = client
        self.session = session
        self.service = service
        self.actor = actor
        self.reason = reason
        self.detail = detail
    }
}
