public import Identity
public import WorkerFrames

/// What a worker answers.
public enum PAMResponse: Equatable, Sendable {
    case step(ConversationStep)
    /// The accounts that were asked for; one that the name service could not speak about is left out.
    case accounts([UserName: AccountState])
    case service(ServiceFileState)
    case firstPassword(FirstPasswordVerdict)

    /// The most questions or notices at once; more are dropped, the oldest first.
    public static let maximumQuestions = 40
    /// The longest reason or path in bytes.
    static let maximumText = 1024

    private enum Kind: UInt8 {
        case questions = 1
        case finished, accounts, service, firstPassword
    }

    /// The message as a frame, header included; `nil` if it is too large.
    public func frame() -> [UInt8]? {
        switch self {
        case .step(.questions(let questions, let purpose)):
            var writer = FrameWriter(kind: Kind.questions.rawValue, reserving: 256)
            writer.byte(purpose.rawValue)
            writer.questions(questions)
            return writer.frame()
        case .step(.finished(let verdict, let notices)):
            var writer = FrameWriter(kind: Kind.finished.rawValue, reserving: 256)
            writer.verdict(verdict)
            writer.questions(notices)
            return writer.frame()
        case .accounts(let accounts):
            guard accounts.count <= PAMRequest.maximumUsers else { return nil }
            var writer = FrameWriter(kind: Kind.accounts.rawValue, reserving: 2 + accounts.count * 60)
            writer.count(accounts.count)
            for (user, state) in accounts.sorted(by: { $0.key < $1.key }) {
                writer.text(user.rawValue, atMost: UserName.maximumLength)
                writer.account(state)
            }
            return writer.frame()
        case .service(let state):
            var writer = FrameWriter(kind: Kind.service.rawValue, reserving: 256)
            writer.service(state)
            return writer.frame()
        case .firstPassword(let verdict):
            var writer = FrameWriter(kind: Kind.firstPassword.rawValue, reserving: 256)
            writer.firstPassword(verdict)
            return writer.frame()
        }
    }

    /// Reads a payload (a frame without its header).
    public init(payload: UnsafeRawBufferPointer) throws(FrameError) {
        var reader = try FrameReader(payload)
        let number = try reader.byte()
        switch Kind(rawValue: number) {
        case .questions:
            guard let purpose = ConversationPurpose(rawValue: try reader.byte()) else {
                throw .badValue(field: "purpose")
            }
            let questions = try reader.questions()
            guard questions.contains(where: \.wantsAnswer) else { throw .badValue(field: "questions") }
            self = .step(.questions(questions, purpose: purpose))
        case .finished:
            let verdict = try reader.verdict()
            self = .step(.finished(verdict, notices: try reader.questions()))
        case .accounts:
            var accounts: [UserName: AccountState] = [:]
            for _ in 0..<(try reader.count(atMost: PAMRequest.maximumUsers, "accounts")) {
                let user = try reader.userName()
                accounts[user] = try reader.account()
            }
            self = .accounts(accounts)
        case .service: self = .service(try reader.service())
        case .firstPassword: self = .firstPassword(try reader.firstPassword())
        case nil: throw .unknownKind(number)
        }
        try reader.end()
    }
}
