import CPAM
import PAMProtocol

/// One sign-in from pam_start(3) to pam_end(3).
final class SignInTransaction {
    /// Asks the person; `nil` when nobody waits for the outcome any more.
    typealias Exchange = (_ questions: [Question], _ purpose: ConversationPurpose) throws(WorkerError) -> [Secret]?

    /// More than any sensible stack asks; a module that asks for ever is cut off.
    private static let maximumExchanges = 24

    private let request: SignInRequest
    private let configuration: WorkerProcess.Configuration
    private let exchange: Exchange

    private var phase = PAMPhase.authentication
    /// The password until it was given to a module, which happens once.
    private var password: Secret?
    private var notices: [Question] = []
    private var exchanges = 0
    /// Set when the other side went away or broke the rules: each later question of a module fails at once.
    private var isAbandoned = false
    private var failure: WorkerError?
    private var handle: OpaquePointer?

    init(request: SignInRequest, configuration: WorkerProcess.Configuration, exchange: @escaping Exchange) {
        self.request = request
        self.configuration = configuration
        self.exchange = exchange
        self.password = request.password
    }

    /// Runs all phases.
    /// - Returns: the end of the conversation; `nil` when nobody waits for it any more.
    /// - Throws: ``WorkerError`` when the other side broke the rules of the conversation.
    func run() throws(WorkerError) -> ConversationStep? {
        let verdict = open() ?? authenticate() ?? checkAccount() ?? .accepted
        if let handle { cpam_end(handle, verdict == .accepted ? PAM_SUCCESS : PAM_ABORT) }
        handle = nil
        if let failure { throw failure }
        return isAbandoned ? nil : .finished(verdict, notices: notices)
    }

    // MARK: Phases; each answers a verdict that ends the sign-in, or nil to go on

    private func open() -> PAMVerdict? {
        var problem: UnsafePointer<CChar>?
        let remoteHost = request.client == .local ? nil : request.client.description
        let code = withCStrings(
            configuration.service,
            configuration.serviceDirectory,
            request.user.rawValue,
            remoteHost
        ) {
            service,
            directory,
            user,
            host in
            var start = cpam_start(
                service: service,
                configuration_directory: directory,
                user: user,
                remote_host: host,
                converse: conversationCallback,
                context: Unmanaged.passUnretained(self).toOpaque()
            )
            return cpam_begin(&start, &handle, &problem)
        }
        guard code != PAM_SUCCESS else { return nil }
        let detail = problem.map { String(cString: $0) } ?? "pam_start answered \(code)"
        return .unavailable(reason: "PAM could not be started: \(detail)")
    }

    private func authenticate() -> PAMVerdict? {
        guard let handle else { return .unavailable(reason: "PAM was not started") }
        let code = cpam_authenticate(handle)
        guard code == PAM_SUCCESS else { return verdict(of: code) }
        // pam_permit, or an empty hash with nullok: a password that nobody looked at proves nothing.
        guard password == nil else { return .refused(code: code, phase: .neverAsked) }
        return refusalIfUserChanged()
    }

    private func checkAccount() -> PAMVerdict? {
        guard let handle else { return .unavailable(reason: "PAM was not started") }
        phase = .account
        var code = cpam_account(handle)
        if code == PAM_NEW_AUTHTOK_REQD {
            phase = .newPassword
            code = cpam_change_expired(handle)
            guard code == PAM_SUCCESS else { return verdict(of: code) }
            phase = .account
            code = cpam_account(handle)
        }
        return code == PAM_SUCCESS ? refusalIfUserChanged() : verdict(of: code)
    }

    private func refusalIfUserChanged() -> PAMVerdict? {
        guard let user = handle.flatMap({ cpam_user($0) }), String(cString: user) == request.user.rawValue else {
            return .refused(code: PAM_SUCCESS, phase: .userChanged)
        }
        return nil
    }

    private func verdict(of code: Int32) -> PAMVerdict {
        if PAMCode.isRefusal(code, in: phase) { return .refused(code: code, phase: phase) }
        let name = handle.flatMap { cpam_describe($0, code) }.map { String(cString: $0) } ?? "unknown"
        return .unavailable(reason: "PAM answered \(code) (\(name)) in the phase \"\(phase)\"")
    }

    // MARK: Conversation

    /// Answers one call of a module: with the password where it belongs, else by asking the person.
    fileprivate func answer(_ messages: [PAMMessage], into replies: UnsafeMutablePointer<pam_response>) -> Int32 {
        guard !isAbandoned else { return PAM_CONV_ERR }
        var open: [Int] = []
        for (index, message) in messages.enumerated() {
            switch message.style {
            case .notice(let kind): notice(Question(kind: kind, text: message.text))
            case .prompt(let kind):
                if let known = knownAnswer(to: message, kind: kind) {
                    guard reply(with: known, at: index, of: replies) else { return PAM_BUF_ERR }
                } else {
                    open.append(index)
                    notices.append(Question(kind: kind, text: message.text))
                }
            case .unsupported: return PAM_CONV_ERR
            }
        }
        return open.isEmpty ? PAM_SUCCESS : ask(for: open, replies)
    }

    /// Sends all that has gathered, prompts last heard included, and fills the replies at `open` in order.
    private func ask(for open: [Int], _ replies: UnsafeMutablePointer<pam_response>) -> Int32 {
        let questions = notices
        notices = []
        exchanges += 1
        let purpose: ConversationPurpose = phase == .newPassword ? .newPassword : .authentication
        guard exchanges <= Self.maximumExchanges else { return PAM_CONV_ERR }
        let answers: [Secret]?
        do { answers = try exchange(questions, purpose) } catch {
            failure = error
            answers = nil
        }
        guard let answers, answers.count == open.count else {
            isAbandoned = true
            return PAM_CONV_ERR
        }
        for (index, answer) in zip(open, answers) where !reply(with: answer, at: index, of: replies) {
            return PAM_BUF_ERR
        }
        return PAM_SUCCESS
    }

    /// The password for the first hidden prompt of the authentication; the name for a prompt that asks for it. Nothing else is
    /// answered without the person: a second hidden prompt is a one-time code or a new password, never the password again.
    private func knownAnswer(to message: PAMMessage, kind: Question.Kind) -> Secret? {
        guard phase == .authentication else { return nil }
        switch kind {
        case .hidden:
            defer { password = nil }
            return password
        case .visible:
            let userPrompt = handle.flatMap { cpam_user_prompt($0) }.map { String(cString: $0) }
            let asksForName = message.text == userPrompt || ["login:", "login: "].contains(message.text)
            return asksForName ? try? Secret(request.user.rawValue) : nil
        case .info, .error: return nil
        }
    }

    private func reply(with answer: Secret, at index: Int, of replies: UnsafeMutablePointer<pam_response>) -> Bool {
        answer.withBytes { cpam_reply(replies + index, $0.baseAddress, $0.count) }
    }

    private func notice(_ notice: Question) {
        notices.append(notice)
        // Room for the prompts of one call beside them.
        let excess = notices.count - (PAMResponse.maximumQuestions - PAMRequest.maximumAnswers)
        if excess > 0 { notices.removeFirst(excess) }
    }
}

/// The function that libpam calls; `context` is the transaction, which outlives the handle.
private func conversationCallback(
    context: UnsafeMutableRawPointer?,
    count: Int32,
    messages: UnsafePointer<UnsafePointer<pam_message>?>?,
    replies: UnsafeMutablePointer<pam_response>?
) -> Int32 {
    guard let context, let messages, let replies, count > 0 else { return PAM_CONV_ERR }
    let transaction = Unmanaged<SignInTransaction>.fromOpaque(context).takeUnretainedValue()
    let read = UnsafeBufferPointer(start: messages, count: Int(count)).map { PAMMessage($0?.pointee) }
    return transaction.answer(read, into: replies)
}
