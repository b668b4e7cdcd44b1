import Audit
import Hummingbird
import Identity
import Sessions
import StoreClient
import StoreProtocol
import Usage
import UserStore

/// What administrators see and change of people: `/api/v1/people`, `/api/v1/usage`.
struct PeopleRoutes: Sendable {
    let parts: BridgeParts

    private struct People: Encodable {
        let total: Int
        let offset: Int
        let people: [PersonDocument]
    }

    private struct Uses: Encodable {
        let total: Int
        let offset: Int
        let people: [UsageDocument]
    }

    // MARK: Looking

    func list(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        _ = try await administrator(request)
        let snapshot = try parts.snapshot()
        let window = try request.window()
        let found = snapshot.people(matching: try request.search())
        let people = await documents(of: window.cut(found), snapshot)
        return try JSON.response(People(total: found.count, offset: window.offset, people: people))
    }

    func show(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        _ = try await administrator(request)
        return try await answer(try record(context))
    }

    /// What everybody uses now.
    func usage(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        _ = try await administrator(request)
        let window = try request.window()
        let found = try parts.snapshot().people(matching: try request.search())
        let uses = await parts.usage.documents(of: window.cut(found))
        return try JSON.response(Uses(total: found.count, offset: window.offset, people: uses))
    }

    private func documents(of records: [UserRecord], _ snapshot: StoreSnapshot) async -> [PersonDocument] {
        let doubts = Dictionary(snapshot.findings.map { ($0.user ?? "", 1) }, uniquingKeysWith: +)
        let uses = await parts.usage.documents(of: records)
        var people: [PersonDocument] = []
        for (record, use) in zip(records, uses) {
            let name = record.name
            let sessions = await parts.register.sessions(of: name)
            let unsolved = await parts.usage.findingCount(of: name)
            people.append(
                PersonDocument(
                    name: name.rawValue,
                    role: record.role.rawValue,
                    email: record.email,
                    active: record.isActive,
                    quota: QuotaDocument(record.quota),
                    findings: doubts[name.rawValue, default: 0] + unsolved,
                    linuxAccount: await parts.usage.hasAccount(name),
                    sessions: sessions.count,
                    lastSeen: sessions.map { $0.lastSeen.load(ordering: .relaxed) }.max(),
                    usage: use
                )
            )
        }
        return people
    }

    private func answer(_ record: UserRecord) async throws -> Response {
        guard let document = await documents(of: [record], try parts.snapshot()).first else { throw Self.unknown }
        return try JSON.response(document)
    }

    // MARK: Changing

    /// Switches somebody on or off, or sets their quota. The answer is the person as the store has them then.
    func change(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        let person = try await administrator(request)
        try person.requireOwnForm(token: request.headers[.csrfToken], parts.serverKey)
        let target = try record(context)
        let change = try await PersonChange(reading: request)
        if change.isActive == false, target.name == person.session.principal.name {
            throw refuse(
                .ownAccount,
                "Nobody can switch themselves off; ask another administrator.",
                target,
                change,
                person
            )
        }
        guard let token = person.sessionToken(in: request, cookieName: parts.configuration.session.cookieName) else {
            throw Problem(.unauthorized, .notSignedIn, "Please sign in first.")
        }
        do throws(StoreClientError) {
            try await parts.storeClient.apply(change.steps, to: target.name, token: token.cookieValue)
        } catch {
            throw problem(error, target, change, person)
        }
        record(.success, target, change, person)
        return try await answer(try await settled(change, target))
    }

    /// The person as the service knows them once it has read the store again, which is within a second.
    private func settled(_ change: PersonChange, _ target: UserRecord) async throws -> UserRecord {
        for _ in 0..<40 {
            if let record = try? parts.store.current().users[target.name], change.isDone(in: record) { return record }
            try await Task.sleep(for: .milliseconds(50))
        }
        return try parts.snapshot().users[target.name] ?? target
    }

    private func problem(
        _ error: StoreClientError,
        _ target: UserRecord,
        _ change: PersonChange,
        _ person: SignedInBrowser
    ) -> Problem {
        switch error {
        case .refused(let refusal, let sentence):
            return refuse(refusal, sentence, target, change, person)
        case .away(let sentence), .lost(let sentence):
            parts.logger.error("the user store was not changed", metadata: ["reason": "\(sentence)"])
            record(.failure, target, change, person, reason: sentence)
            return Problem.unavailable(
                "The user store cannot be changed at the moment; look again before you repeat it.",
                retryAfter: 10
            )
        }
    }

    private func refuse(
        _ refusal: StoreRefusal,
        _ sentence: String,
        _ target: UserRecord,
        _ change: PersonChange,
        _ person: SignedInBrowser
    ) -> Problem {
        record(.failure, target, change, person, reason: "\(refusal)")
        switch refusal {
        case .notSignedIn: return Problem(.unauthorized, .notSignedIn, sentence)
        case .notAdministrator: return Problem(.forbidden, .forbidden, sentence)
        case .noSuchUser: return Self.unknown
        case .ownAccount, .lastAdministrator: return Problem(.conflict, .conflict, sentence)
        case .badValue: return Problem(.badRequest, .badRequest, sentence)
        case .unavailable:
            // It may name files of root's; the log has it.
            parts.logger.error("the user store was not changed", metadata: ["reason": "\(sentence)"])
            return Problem.unavailable("The user store cannot be changed at the moment.", retryAfter: 10)
        }
    }

    private func record(
        _ outcome: AuditEvent.Outcome,
        _ target: UserRecord,
        _ change: PersonChange,
        _ person: SignedInBrowser,
        reason: String? = nil
    ) {
        parts.audit.record(
            AuditEvent(
                .administration,
                at: .now,
                outcome: outcome,
                user: target.name.rawValue,
                client: person.browser.client,
                session: person.session.id.rawValue,
                actor: person.session.principal.name.rawValue,
                reason: reason,
                detail: change.sentence
            )
        )
    }

    // MARK: Sessions

    private struct SessionList: Encodable {
        let sessions: [SessionDocument]
    }

    func sessions(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        let person = try await administrator(request)
        let sessions = await parts.register.sessions(of: try record(context).name)
        return try JSON.response(
            SessionList(sessions: sessions.map { SessionDocument($0, current: person.session.id) })
        )
    }

    /// Ends all sessions of somebody, but not the one that asks.
    func endSessions(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        let person = try await administrator(request)
        try person.requireOwnForm(token: request.headers[.csrfToken], parts.serverKey)
        let name = try record(context).name
        for session in await parts.register.sessions(of: name) where session.id != person.session.id {
            try await parts.register.end(id: session.id, reason: .revoked, now: .now)
            parts.record(.sessionEnded, session: session, reason: .revoked, actor: person.session.principal.name)
        }
        return Response(status: .noContent)
    }

    // MARK: Checks

    private static let unknown = Problem(.notFound, .notFound, "There is no such user.")

    private func administrator(_ request: Request) async throws -> SignedInBrowser {
        let person = try await SignedInBrowser(request, parts: parts)
        try person.requireAdministrator()
        return person
    }

    private func record(_ context: BridgeRequestContext) throws -> UserRecord {
        guard let name = context.parameters.get("name").flatMap({ try? UserName($0) }),
            let record = try parts.snapshot().users[name]
        else { throw Self.unknown }
        return record
    }
}
