import NIOCore
import Sessions

/// What one event loop knows of who is signed in.
///
/// Every event loop has a table of its own, so that a look-up takes no lock and waits for nobody. ``VerifyTables`` keeps
/// them alike. That a session has *ended* is not written here but in the session itself, which all loops share, so it
/// counts at once.
final class VerifyTable {
    private struct Entry {
        let session: ActiveSession
        /// One for each rule of ``ServiceRules``; nil where the person may not use the service.
        var answers: [ByteBuffer?]
    }

    private var entries: [TokenDigest: Entry] = [:]
    private var rules: ServiceRules
    private let cookie: CookieScanner
    private let gate: VerifyGate
    private(set) var counts = VerifyCounts()

    init(rules: ServiceRules, cookieName: String, gate: VerifyGate) {
        self.rules = rules
        self.cookie = CookieScanner(name: Array(cookieName.utf8))
        self.gate = gate
    }

    /// Judges one request.
    /// - Parameters:
    ///   - cookies: the values of its `Cookie` headers.
    ///   - service: the value of `X-Bridge-Service`.
    ///   - now: seconds since 1970.
    func judge(cookies: [UnsafeRawBufferPointer], service: UnsafeRawBufferPointer?, now: Int64) -> VerifyVerdict {
        let verdict = decide(cookies: cookies, service: service, now: now)
        counts.count(verdict)
        return verdict
    }

    private func decide(cookies: [UnsafeRawBufferPointer], service: UnsafeRawBufferPointer?, now: Int64)
        -> VerifyVerdict
    {
        guard gate.isOpen else { return .closed }
        guard let entry = entry(in: cookies, now: now) else { return .unauthenticated }
        guard let service, let index = rules.index(of: service), let answer = entry.answers[index] else {
            return .forbidden
        }
        entry.session.touch(now: now)
        return .allowed(answer)
    }

    /// The one valid session among the cookies. Two different valid ones are a contradiction (somebody planted a cookie)
    /// and count as none.
    private func entry(in cookies: [UnsafeRawBufferPointer], now: Int64) -> Entry? {
        var found: Entry?
        var contradiction = false
        for header in cookies {
            cookie.forEachValue(in: header) { value in
                guard value.count == SessionToken.cookieLength else { return }
                guard let entry = entries[TokenDigest.of(value)], entry.session.isValid(now: now) else { return }
                if let found, found.session !== entry.session { contradiction = true }
                found = entry
            }
        }
        return contradiction ? nil : found
    }

    /// ``judge(cookies:service:now:)`` for text instead of bytes in place.
    func judge(cookies: [String], service: String?, now: Int64) -> VerifyTables.Judgement {
        let cookieBytes = Array(cookies.joined(separator: ";").utf8)
        let serviceBytes = service.map { Array($0.utf8) }
        let verdict = cookieBytes.withUnsafeBytes { cookies in
            guard let serviceBytes else { return judge(cookies: [cookies], service: nil, now: now) }
            return serviceBytes.withUnsafeBytes { judge(cookies: [cookies], service: $0, now: now) }
        }
        switch verdict {
        case .unauthenticated: return .unauthenticated
        case .forbidden, .closed: return .refused
        case .allowed:
            guard let session = session(cookies: cookies, now: now) else { return .unauthenticated }
            return .allowed(session.principal)
        }
    }

    /// Who sends these cookies, for the pages; the same rule as for `/auth`.
    func session(cookies: [String], now: Int64) -> ActiveSession? {
        gate.isOpen ? knownSession(cookies: cookies, now: now) : nil
    }

    /// ``session(cookies:now:)``, also while nobody may be let in: enough to end a session, and for nothing else.
    func knownSession(cookies: [String], now: Int64) -> ActiveSession? {
        let joined = Array(cookies.joined(separator: ";").utf8)
        return joined.withUnsafeBytes { entry(in: [$0], now: now)?.session }
    }

    func insert(_ session: ActiveSession) {
        entries[session.digest] = Entry(session: session, answers: answers(for: session))
    }

    func remove(_ session: ActiveSession) {
        entries[session.digest] = nil
    }

    func replaceRules(_ rules: ServiceRules) {
        self.rules = rules
        for (digest, entry) in entries { entries[digest]?.answers = answers(for: entry.session) }
    }

    private func answers(for session: ActiveSession) -> [ByteBuffer?] {
        let answer = VerifyAnswers.allowed(session.principal)
        return rules.rules.map { $0.roles.contains(session.principal.role) ? answer : nil }
    }
}
