public import Identity
import NIOPosix
public import PAMProtocol
import Synchronization

/// Asks PAM workers over their unix socket, for `serve`, which has no privilege of its own.
///
/// ## Promises
/// - Calls never block the caller's thread: the socket is waited for on threads of the client's own.
/// - Each conversation is a process of its own; one that hangs or crashes costs its own sign-in and nothing else.
/// - At most ``Configuration/workers`` steps work at one time; ``Configuration/queueLimit`` wait for their turn, the next is told when to
///   try again. A conversation that waits for a person takes no place, but there are at most ``Configuration/waitingLimit`` of them, and
///   half as many from one network: then the oldest one of the network that has the most ends.
/// - ``inspect(_:)`` and ``checkService()`` have a place of their own, so that a storm of sign-ins does not delay the switch-off of an account.
public final class PAMClient: Sendable {
    /// How to reach workers and how much to ask of them.
    public struct Configuration: Sendable {
        /// The unix socket of systemd or of the root parent.
        public var socketPath: String
        /// Steps that work at one time: the number of cores, since each takes one.
        public var workers: Int
        /// Sign-ins that wait for their turn.
        public var queueLimit: Int
        /// Conversations that wait for a person.
        public var waitingLimit: Int
        /// How long PAM may work between two exchanges, and how long a sign-in may wait for its turn.
        public var stepLimit: Duration
        /// How long a conversation may take in all; the worker keeps it too.
        public var conversationLimit: Duration

        public init(
            socketPath: String,
            workers: Int = 2,
            queueLimit: Int = 64,
            waitingLimit: Int = 64,
            stepLimit: Duration = .seconds(10),
            conversationLimit: Duration = .seconds(120)
        ) {
            self.socketPath = socketPath
            self.workers = max(1, workers)
            self.queueLimit = max(0, queueLimit)
            self.waitingLimit = max(1, waitingLimit)
            self.stepLimit = stepLimit
            self.conversationLimit = conversationLimit
        }
    }

    private let configuration: Configuration
    private let threads: NIOThreadPool
    private let signIns: StepGate
    private let inspections: StepGate
    private let waiting: Mutex<WaitingConversations<PAMConversation>>

    public init(configuration: Configuration) {
        self.configuration = configuration
        signIns = StepGate(
            places: configuration.workers,
            queueLimit: configuration.queueLimit,
            patience: configuration.stepLimit
        )
        waiting = Mutex(WaitingConversations(limit: configuration.waitingLimit))
        inspections = StepGate(places: 1, queueLimit: 8, patience: configuration.stepLimit)
        threads = NIOThreadPool(numberOfThreads: configuration.workers + 1)
        threads.start()
    }

    deinit { threads.shutdownGracefully { _ in } }

    // MARK: Sign-in

    /// Starts a conversation and gives PAM the name and the password.
    /// - Parameters:
    ///   - user: any valid name; whether it may sign in at all is decided before.
    ///   - password: 1 to 511 bytes of UTF-8 without NUL.
    ///   - client: becomes PAM_RHOST.
    /// - Returns: the first step; with questions the conversation to answer them in, else `nil`.
    public func begin(
        user: UserName,
        password: String,
        client: ClientAddress
    ) async throws(PAMClientError) -> (PAMConversation?, ConversationStep) {
        let secret: Secret
        do { secret = try Secret(password: password) } catch { throw .invalidPassword(error) }
        let request = PAMRequest.begin(SignInRequest(user: user, password: secret, client: client))
        let (connection, step) = try await signIns.run(isContinuation: false) { () async throws(PAMClientError) in
            try await self.start(request)
        }
        guard case .questions(let questions, _) = step else { return (nil, step) }
        let conversation = PAMConversation(
            client: self,
            network: client.regulationKey,
            connection: connection,
            answers: questions.count(where: \.wantsAnswer),
            deadline: .now + configuration.conversationLimit
        )
        waits(conversation)
        return (conversation, step)
    }

    private func start(_ request: PAMRequest) async throws(PAMClientError) -> (WorkerConnection, ConversationStep) {
        let (connection, response) = try await onThread { [configuration, limit] () throws(PAMClientError) in
            let connection = try WorkerConnection(path: configuration.socketPath, limit: limit)
            return (connection, try connection.exchange(request, limit: limit))
        }
        return (connection, try Self.step(response))
    }

    /// A later step of a conversation.
    func step(_ request: PAMRequest, on connection: WorkerConnection) async throws(PAMClientError) -> ConversationStep {
        try await signIns.run(isContinuation: true) { () async throws(PAMClientError) in
            let response = try await self.onThread { [limit = self.limit] () throws(PAMClientError) in
                try connection.exchange(request, limit: limit)
            }
            return try Self.step(response)
        }
    }

    /// One request to a worker of its own, among the sign-ins.
    func ask(_ request: PAMRequest) async throws(PAMClientError) -> PAMResponse {
        try await signIns.run(isContinuation: false) { () async throws(PAMClientError) in
            try await self.onThread { [configuration, limit] () throws(PAMClientError) in
                try WorkerConnection(path: configuration.socketPath, limit: limit).exchange(request, limit: limit)
            }
        }
    }

    private static func step(_ response: PAMResponse) throws(PAMClientError) -> ConversationStep {
        guard case .step(let step) = response else { throw .unavailable("the PAM worker answered another question") }
        return step
    }

    // MARK: Accounts and service file

    /// Reads the state of Linux accounts, by root.
    /// - Returns: one entry for each user; users about whom the name service could not speak (LDAP is down) are left out.
    public func inspect(_ users: [UserName]) async throws(PAMClientError) -> [UserName: AccountState] {
        guard !users.isEmpty else { return [:] }
        return try await inspections.run(isContinuation: false) { () async throws(PAMClientError) in
            try await self.onThread { [configuration, limit] () throws(PAMClientError) in
                let connection = try WorkerConnection(path: configuration.socketPath, limit: limit)
                var accounts: [UserName: AccountState] = [:]
                for start in stride(from: 0, to: users.count, by: PAMRequest.maximumUsers) {
                    let part = Array(users[start..<min(start + PAMRequest.maximumUsers, users.count)])
                    guard case .accounts(let found) = try connection.exchange(.inspect(part), limit: limit) else {
                        throw .unavailable("the PAM worker answered another question")
                    }
                    accounts.merge(found) { $1 }
                }
                return accounts
            }
        }
    }

    /// Whether workers have a service file to go by, to be said at start.
    public func checkService() async -> ServiceFileState {
        do throws(PAMClientError) {
            return try await inspections.run(isContinuation: false) { () async throws(PAMClientError) in
                try await self.onThread { [configuration, limit] () throws(PAMClientError) in
                    let connection = try WorkerConnection(path: configuration.socketPath, limit: limit)
                    guard case .service(let state) = try connection.exchange(.probeService, limit: limit) else {
                        throw .unavailable("the PAM worker answered another question")
                    }
                    return state
                }
            }
        } catch {
            return .unknown(reason: "\(error)")
        }
    }

    // MARK: Waiting conversations

    /// Notes that a conversation waits for a person from now on, and ends one if there are too many.
    func waits(_ conversation: PAMConversation) {
        guard let evicted = waiting.withLock({ $0.add(conversation, from: conversation.network) }) else { return }
        Task { await evicted.end(.conversationEnded) }
    }

    /// Notes that a conversation no longer waits for a person.
    func isBusy(_ conversation: PAMConversation) { waiting.withLock { $0.remove(conversation) } }

    // MARK: Threads

    /// A little more than the worker's own limit, so that its timer comes first.
    private var limit: Duration { configuration.stepLimit + .seconds(1) }

    private func onThread<Value: Sendable>(
        _ work: @escaping @Sendable () throws(PAMClientError) -> Value
    ) async throws(PAMClientError) -> Value {
        let result: Result<Value, PAMClientError>
        do {
            result = try await threads.runIfActive { Result(catching: work) }
        } catch {
            throw .cancelled
        }
        return try result.get()
    }
}
