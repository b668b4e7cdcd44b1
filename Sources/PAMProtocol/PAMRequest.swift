public import Identity
public import WorkerFrames

/// What `serve` may ask of a worker.
public enum PAMRequest: Equatable, Sendable {
    /// Starts the one conversation of a worker.
    case begin(SignInRequest)
    /// One answer for each question that wants one, in order.
    case answers([Secret])
    /// The person gave up.
    case cancel
    /// Asks for the state of accounts, at most ``maximumUsers`` at once.
    case inspect([UserName])
    /// Asks whether the service file is there.
    case probeService
    /// Asks to set the password of an account that never had one. Which accounts may get one is said by root alone.
    case setFirstPassword(user: UserName, password: Secret)

    /// The most accounts of one `inspect`.
    public static let maximumUsers = 1000
    /// The most answers at once: PAM_MAX_NUM_MSG (`_pam_types.h`).
    public static let maximumAnswers = 32

    private enum Kind: UInt8 {
        case begin = 1
        case answers, cancel, inspect, probeService, setFirstPassword
    }

    /// The message as a frame, header included; `nil` if it has more parts than the limits above allow. Holds secrets: wipe it.
    public func frame() -> [UInt8]? {
        switch self {
        case .begin(let request):
            var writer = FrameWriter(kind: Kind.begin.rawValue, reserving: 1024)
            writer.text(request.user.rawValue, atMost: UserName.maximumLength)
            writer.secret(request.password)
            writer.text(request.client == .local ? "" : request.client.description, atMost: 64)
            return writer.frame()
        case .answers(let answers):
            guard answers.count <= Self.maximumAnswers else { return nil }
            var writer = FrameWriter(kind: Kind.answers.rawValue, reserving: answers.reduce(2) { $0 + 2 + $1.count })
            writer.count(answers.count)
            for answer in answers { writer.secret(answer) }
            return writer.frame()
        case .cancel:
            return FrameWriter(kind: Kind.cancel.rawValue, reserving: 0).frame()
        case .inspect(let users):
            guard users.count <= Self.maximumUsers else { return nil }
            var writer = FrameWriter(
                kind: Kind.inspect.rawValue,
                reserving: 2 + users.count * (UserName.maximumLength + 2)
            )
            writer.count(users.count)
            for user in users { writer.text(user.rawValue, atMost: UserName.maximumLength) }
            return writer.frame()
        case .probeService:
            return FrameWriter(kind: Kind.probeService.rawValue, reserving: 0).frame()
        case .setFirstPassword(let user, let password):
            var writer = FrameWriter(kind: Kind.setFirstPassword.rawValue, reserving: 1024)
            writer.text(user.rawValue, atMost: UserName.maximumLength)
            writer.secret(password)
            return writer.frame()
        }
    }

    /// Reads a payload (a frame without its header) that came from anybody.
    public init(payload: UnsafeRawBufferPointer) throws(FrameError) {
        var reader = try FrameReader(payload)
        let number = try reader.byte()
        switch Kind(rawValue: number) {
        case .begin: self = .begin(try reader.signIn())
        case .answers:
            var answers: [Secret] = []
            for _ in 0..<(try reader.count(atMost: Self.maximumAnswers, "answers")) {
                answers.append(try reader.secret("answer"))
            }
            self = .answers(answers)
        case .cancel: self = .cancel
        case .inspect:
            var users: [UserName] = []
            for _ in 0..<(try reader.count(atMost: Self.maximumUsers, "users")) { users.append(try reader.userName()) }
            self = .inspect(users)
        case .probeService: self = .probeService
        case .setFirstPassword:
            let user = try reader.userName()
            self = .setFirstPassword(user: user, password: try reader.password())
        case nil: throw .unknownKind(number)
        }
        try reader.end()
    }
}

extension FrameReader {
    mutating func userName() throws(FrameError) -> UserName {
        let text = try text(atMost: UserName.maximumLength, "user")
        do { return try UserName(text) } catch { throw .badValue(field: "user") }
    }

    fileprivate mutating func password() throws(FrameError) -> Secret {
        let password = try secret("password")
        guard password.count > 0 else { throw .badValue(field: "password") }
        return password
    }

    fileprivate mutating func signIn() throws(FrameError) -> SignInRequest {
        let user = try userName()
        let password = try password()
        let address = try text(atMost: 64, "client")
        guard let client = address.isEmpty ? .local : ClientAddress(address) else { throw .badValue(field: "client") }
        return SignInRequest(user: user, password: password, client: client)
    }
}
