public import Audit
public import Credentials
import Crypto
import Glibc
public import HostAccounts
import Identity
public import PAMClient
import PAMProtocol
public import Regulation
public import UserStore

/// Finds out whether somebody is who they say: regulation first, then PAM or the store's password, then the answer.
///
/// An actor because conversations with open questions are kept here; the checks themselves run outside it, in parallel.
public actor SignInService {
    /// What a sign-in needs of the rest of the house.
    public struct Parts: Sendable {
        let store: any UserStore
        let accounts: HostAccounts
        let pam: PAMClient
        let credentials: CredentialStore
        let regulator: Regulator
        let audit: AuditLog

        public init(
            store: any UserStore,
            accounts: HostAccounts,
            pam: PAMClient,
            credentials: CredentialStore,
            regulator: Regulator,
            audit: AuditLog
        ) {
            self.store = store
            self.accounts = accounts
            self.pam = pam
            self.credentials = credentials
            self.regulator = regulator
            self.audit = audit
        }
    }

    /// An attempt that is under way, from the first password to the last answer.
    struct Attempt {
        let name: SignInName
        let eligibility: Eligibility
        let client: ClientAddress
        let binding: String
        let ticket: AttemptTicket
        var started: ContinuousClock.Instant
        /// Why there was no first password, beside why PAM refused; for the audit log.
        var note: String?
    }

    private struct OpenConversation {
        let attempt: Attempt
        let conversation: PAMConversation
        let expires: ContinuousClock.Instant
    }

    /// A name that no host has: its stack is asked in place of one that may not sign in, so that both see the same modules.
    private static let standIn = try? UserName("diycloud-nobody")

    let parts: Parts
    let configuration: SignInConfiguration
    private let clock = ContinuousClock()
    private var conversations: [String: OpenConversation] = [:]
    /// When PAM last could not say; `nil` since it said something.
    private var pamAwaySince: ContinuousClock.Instant?
    /// For so long after that, nobody is told "no" either: who needs no PAM would stand out.
    private static let pamAwayCounts: Duration = .seconds(30)

    public init(parts: Parts, configuration: SignInConfiguration) {
        self.parts = parts
        self.configuration = configuration
    }

    // MARK: First step

    /// Checks a name and a password.
    /// - Returns: never before the failure delay is over when the answer is ``SignInStep/refused``.
    public func begin(_ request: SignInAttempt) async -> SignInStep {
        let started = clock.now
        let name = SignInName(typed: request.typedName)
        guard let snapshot = try? parts.store.current() else {
            audit(.signInRefused, name, request.client, reason: "store-unavailable")
            return .unavailable(retryAfter: 10)
        }
        let admission: Admission
        let account: HostAccount?
        do {
            admission = try await parts.regulator.admit(
                account: name.regulationKey,
                client: request.client,
                now: Self.now
            )
            account = try await hostAccount(of: name)
        } catch {
            audit(.signInRefused, name, request.client, reason: "\(error)")
            return .unavailable(retryAfter: 10)
        }
        guard case .admitted(let ticket) = admission else {
            audit(.signInRefused, name, request.client, reason: "banned")
            return await refuse(since: started)
        }
        var eligibility = Eligibility(
            name: name,
            snapshot: snapshot,
            account: account,
            configuration: configuration
        )
        if !PasswordRule.allows(request.password) { eligibility = .ineligible(reason: "impossible-password") }
        let attempt = Attempt(
            name: name,
            eligibility: eligibility,
            client: request.client,
            binding: request.binding,
            ticket: ticket,
            started: started
        )
        return await check(attempt, password: request.password)
    }

    private func check(_ attempt: Attempt, password: String) async -> SignInStep {
        switch attempt.eligibility {
        case .storeOnly(let record):
            do {
                let isRight = try await isStorePassword(password, of: record)
                return await finish(attempt, isRight: isRight, reason: "wrong-password")
            } catch {
                return await give(up: attempt, because: error)
            }
        case .account(let record):
            return await checkAccount(attempt, of: record, password: password)
        case .ineligible:
            guard configuration.usesPAM, let standIn = Self.standIn else {
                try? await parts.credentials.dummyVerify(Self.junk(for: password))
                return await finish(attempt, isRight: false, reason: "")
            }
            return await converse(attempt, as: standIn, password: Self.junk(for: password))
        }
    }

    // MARK: Conversation

    func converse(_ attempt: Attempt, as user: UserName, password: String) async -> SignInStep {
        do {
            let (conversation, step) = try await parts.pam.begin(user: user, password: password, client: attempt.client)
            return await take(step, of: conversation, for: attempt)
        } catch {
            return await give(up: attempt, because: error)
        }
    }

    /// Carries the answers of a person on.
    /// - Parameters:
    ///   - conversation: from ``SignInChallenge/conversation``; counts once.
    ///   - answers: one for each hidden or visible question, in order.
    ///   - binding: as in the first request; anything else ends the conversation.
    /// - Returns: `nil` when there is no such conversation (any more).
    public func answer(conversation id: String, answers: [String], binding: String) async -> SignInStep? {
        guard let open = conversations.removeValue(forKey: id) else { return nil }
        guard open.attempt.binding == binding, open.expires > clock.now else {
            await open.conversation.cancel()
            parts.regulator.failed(open.attempt.ticket)
            return nil
        }
        var attempt = open.attempt
        attempt.started = clock.now
        do throws(PAMClientError) {
            let step = try await open.conversation.answer(answers)
            return await take(step, of: open.conversation, for: attempt)
        } catch .invalidPassword, .wrongNumberOfAnswers {
            // Nothing that PAM could be given: as wrong as a wrong answer, or it would be a guess that is not counted.
            await open.conversation.cancel()
            return await finish(attempt, isRight: false, reason: "impossible-answer")
        } catch .conversationEnded {
            // Taken off the counts, the answers before would have been free guesses.
            parts.regulator.failed(attempt.ticket)
            audit(.signInRefused, attempt.name, attempt.client, reason: "conversation-ended")
            return nil
        } catch {
            return await give(up: attempt, because: error)
        }
    }

    /// Ends conversations that nobody answered; called about once a second.
    public func sweep() async {
        let now = clock.now
        for (id, open) in conversations where open.expires <= now {
            conversations[id] = nil
            await open.conversation.cancel()
            // Nobody finished what they began: it stays counted, or questions would be free guesses.
            parts.regulator.failed(open.attempt.ticket)
            audit(.signInRefused, open.attempt.name, open.attempt.client, reason: "no-answer")
        }
    }

    private func take(_ step: ConversationStep, of conversation: PAMConversation?, for attempt: Attempt) async
        -> SignInStep
    {
        if case .finished(.unavailable, _) = step {} else { pamAwaySince = nil }
        switch step {
        case .questions(let questions, let purpose):
            guard let conversation else { return await finish(attempt, isRight: false, reason: "no-conversation") }
            let id = Self.randomID()
            conversations[id] = OpenConversation(
                attempt: attempt,
                conversation: conversation,
                expires: clock.now + configuration.conversationLimit
            )
            return .challenge(
                SignInChallenge(
                    conversation: id,
                    questions: questions,
                    purpose: purpose,
                    expiresIn: Int(configuration.conversationLimit.components.seconds)
                )
            )
        case .finished(.accepted, let notices):
            return await finish(attempt, isRight: true, reason: "", notices: notices)
        case .finished(.refused(let code, let phase), _):
            return await finish(attempt, isRight: false, reason: "pam-\(phase)-\(code)")
        case .finished(.unavailable(let reason), _):
            return await give(up: attempt, because: PAMClientError.unavailable(reason))
        }
    }

    // MARK: Ends

    func finish(_ attempt: Attempt, isRight: Bool, reason: String, notices: [Question] = []) async
        -> SignInStep
    {
        guard isRight, let signedIn = admitted(attempt.eligibility, notices: notices) else {
            parts.regulator.failed(attempt.ticket)
            let reason = attempt.eligibility.reason ?? reason
            let note = attempt.note.map { " (\($0))" } ?? ""
            audit(.signInRefused, attempt.name, attempt.client, reason: reason + note)
            if !attempt.ticket.filled.isEmpty { audit(.banBegan, attempt.name, attempt.client, reason: nil) }
            return await refuse(since: attempt.started)
        }
        do {
            try await parts.regulator.succeeded(attempt.ticket, now: Self.now)
        } catch {
            // A success that could not be noted leaves a failure counted: a nuisance, but nobody's way in.
            audit(
                .signIn,
                attempt.name,
                attempt.client,
                outcome: .success,
                reason: "not taken off the counts: \(error)"
            )
        }
        return .accepted(signedIn)
    }

    /// Who the person is by the store of *now*: it may have changed while they looked for their one-time code.
    private func admitted(_ eligibility: Eligibility, notices: [Question]) -> SignedIn? {
        guard let checked = eligibility.record, let snapshot = try? parts.store.current(),
            let record = snapshot.users[checked.name], record.isActive
        else { return nil }
        return SignedIn(
            principal: Principal(name: record.name, role: record.role, email: record.email),
            linuxAccount: eligibility.hasAccount,
            notices: notices.map(\.text)
        )
    }

    func give(up attempt: Attempt, because error: any Error) async -> SignInStep {
        if case PAMClientError.queueFull = error {} else if error is PAMClientError { pamAwaySince = clock.now }
        try? await parts.regulator.abandoned(attempt.ticket, now: Self.now)
        audit(.signInRefused, attempt.name, attempt.client, reason: "unavailable: \(error)")
        if case PAMClientError.queueFull(let time) = error {
            return .unavailable(retryAfter: max(1, Int(time.components.seconds)))
        }
        return .unavailable(retryAfter: 5)
    }

    private func refuse(since started: ContinuousClock.Instant) async -> SignInStep {
        if let pamAwaySince, clock.now - pamAwaySince < Self.pamAwayCounts { return .unavailable(retryAfter: 5) }
        let floor = FailureFloor(delay: configuration.failureDelay)
        try? await clock.sleep(for: floor.remaining(after: clock.now - started))
        return .refused
    }

    // MARK: Store passwords

    func isStorePassword(_ password: String, of record: UserRecord) async throws -> Bool {
        let legacy: String? = if case .legacySHA256(let hash) = record.password { hash } else { nil }
        return try await parts.credentials.verify(password, for: record.name, legacy: legacy, now: Self.now).isAccepted
    }

    private func hostAccount(of name: SignInName) async throws -> HostAccount? {
        guard let user = name.account else { return nil }
        return try await parts.accounts.lookUp(user)
    }

    func audit(
        _ kind: AuditEvent.Kind,
        _ name: SignInName,
        _ client: ClientAddress,
        outcome: AuditEvent.Outcome = .failure,
        reason: String?
    ) {
        parts.audit.record(
            AuditEvent(
                kind,
                at: Self.now,
                outcome: outcome,
                user: name.account?.rawValue ?? name.regulationKey,
                client: client,
                reason: reason
            )
        )
    }

    static var now: Int64 { Int64(time(nil)) }

    private static func randomID() -> String {
        SymmetricKey(size: .bits256).withUnsafeBytes { bytes in
            bytes.map { byte in String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }.joined()
        }
    }

    /// A password that is certainly wrong and as long as the typed one, so that hashing takes as long.
    private static func junk(for password: String) -> String {
        let length = min(max(password.utf8.count, 1), PasswordRule.maximumLength)
        return String(randomID().prefix(length)) + String(repeating: "-", count: max(0, length - 64))
    }
}
