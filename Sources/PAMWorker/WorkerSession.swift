import CPAM
import Identity
import PAMProtocol
import WorkerFrames

/// The requests of one connection, one after the other.
final class WorkerSession {
    private let socket: FrameSocket
    private let timer: KillTimer
    private let configuration: WorkerProcess.Configuration
    private var state = WorkerState.start
    /// When waiting for the person ends; set by the first request.
    private var end = ContinuousClock.now

    init(socket: FrameSocket, timer: KillTimer, configuration: WorkerProcess.Configuration) {
        self.socket = socket
        self.timer = timer
        self.configuration = configuration
    }

    /// Serves until the conversation is over or the other side hangs up.
    func run() throws(WorkerError) {
        while state != .finished {
            try timer.allow(configuration.stepLimit)
            guard let request = try next() else { return }
            switch request {
            case .begin(let signIn): try converse(signIn)
            case .inspect(let users): try inspect(users)
            case .probeService:
                state = .finished
                try send(.service(serviceFile.state))
            case .setFirstPassword(let user, let password):
                state = .finished
                try send(.firstPassword(firstPassword(of: user, password)))
            case .answers, .cancel:
                throw .outOfTurn
            }
        }
    }

    private var serviceFile: ServiceFile {
        ServiceFile(service: configuration.service, directory: configuration.serviceDirectory)
    }

    /// The next request; `nil` at the end of the connection.
    private func next() throws(WorkerError) -> PAMRequest? {
        let request: PAMRequest?
        do { request = try socket.receive(PAMRequest.init(payload:)) } catch { throw .socket(error) }
        guard let request else { return nil }
        guard RequestTable.allows(request, in: state) else { throw .outOfTurn }
        return request
    }

    private func send(_ response: PAMResponse) throws(WorkerError) {
        guard var frame = response.frame() else { throw .oversized }
        do { try socket.send(&frame) } catch { throw .socket(error) }
    }

    private func inspect(_ users: [UserName]) throws(WorkerError) {
        if case .inspecting(let rounds) = state {
            state = .inspecting(rounds: rounds + 1)
        } else {
            state = .inspecting(rounds: 1)
        }
        try send(.accounts(AccountInspector.inspect(users)))
    }

    private func converse(_ request: SignInRequest) throws(WorkerError) {
        end = ContinuousClock.now + configuration.conversationLimit
        let step: ConversationStep?
        if let verdict = verdictWithoutPAM(on: request.user) {
            step = .finished(verdict, notices: [])
        } else if case .present = serviceFile.state {
            let transaction = SignInTransaction(request: request, configuration: configuration, exchange: exchange)
            step = try transaction.run()
        } else {
            // PAM would fall back to the service "other", which refuses everybody as if each password were wrong.
            step = .finished(.unavailable(reason: serviceFile.state.description), notices: [])
        }
        state = .finished
        if let step { try send(.step(step)) }
    }

    private func firstPassword(of user: UserName, _ password: Secret) -> FirstPasswordVerdict {
        guard case .present = serviceFile.state else { return .unavailable(reason: serviceFile.state.description) }
        let rule = FirstPasswordRule(user: user, configuration: configuration)
        if let objection = rule.objection { return objection }
        let change = PasswordChange(user: user, password: password, configuration: configuration)
        if let refusal = change.run() { return refusal }
        return rule.wasSet ? .set : .refused(reason: "PAM said yes, but /etc/shadow holds no password of \(user)")
    }

    /// `serve` refuses these accounts, too; but it faces the network, and whoever takes it over must not get to try root's password here.
    private func verdictWithoutPAM(on user: UserName) -> PAMVerdict? {
        switch AccountInspector.uid(of: user) {
        case .known(let uid) where uid < configuration.minimumUID:
            .refused(code: PAM_USER_UNKNOWN, phase: .authentication)
        case .unknown(let problem):
            .unavailable(reason: "the name service cannot say whether there is an account \(user): errno \(problem)")
        case .known, .absent:
            nil
        }
    }

    /// Carries questions to the person and their answers back; `nil` when nobody waits for the outcome any more.
    private func exchange(_ questions: [Question], _ purpose: ConversationPurpose) throws(WorkerError) -> [Secret]? {
        state = .asking(answers: questions.count(where: \.wantsAnswer))
        try send(.step(.questions(questions, purpose: purpose)))
        try timer.allow(ContinuousClock.now.duration(to: end))
        guard case .answers(let answers) = try next() else { return nil }
        try timer.allow(configuration.stepLimit)
        return answers
    }
}
