public import DockerPolicy
public import NIOCore

/// Decides what becomes of a request to the Docker Engine API, before the engine hears of it.
///
/// The transport guarantees: `open` is called once a request, requests of one connection one after the other, never before the head
/// is complete and known to be unambiguous (one Host, one length). What the judge returns is all that the engine gets.
public protocol GuardJudge: Sendable {
    /// - Parameters:
    ///   - method: as the client wrote it; methods are case-sensitive (RFC 9110 §9.1).
    ///   - target: the request target as it came, path and query, nothing decoded.
    ///   - headers: as they came, in order.
    ///   - caller: who asks, looked up for this very request.
    func open(method: String, target: String, headers: [(String, String)], caller: Caller) async -> GuardOpening
}

/// What a judge says of a request's head.
public enum GuardOpening: Sendable {
    /// The head was enough.
    case decided(GuardDecision)
    /// The body must be seen first, at most `limit` bytes of it; a longer one is refused with 413 without asking again.
    case wantsBody(limit: Int, @Sendable (ByteBuffer) async -> GuardDecision)
}

/// What becomes of a request.
public enum GuardDecision: Sendable {
    /// It goes no further; the client gets `{"message": …}`.
    case refuse(DockerRefusal)
    /// The guard answers itself. Content-Length is added; `headers` must not have it.
    case answer(status: Int, headers: [(String, String)], body: ByteBuffer)
    /// The engine gets the request that the plan says, and nothing else of what the client sent.
    case forward(ForwardPlan)
}

/// The request that the engine gets, and what is done with its answer.
public struct ForwardPlan: Sendable {
    /// What goes to the engine behind the head.
    public enum Body: Sendable {
        /// Nothing. What the client sends as a body is read and thrown away.
        case none
        /// The client's body, as it comes.
        case stream
        /// These bytes.
        case bytes(ByteBuffer)
    }

    /// What the client gets of the engine's answer.
    public enum Answer: Sendable {
        /// As it comes.
        case stream
        /// All of it at once, at most `limit` bytes, as `transform` rewrites it: status and body in, status and body out.
        case whole(limit: Int, transform: @Sendable (Int, ByteBuffer) async -> (Int, ByteBuffer))
        /// Line by line (NDJSON), in order, each at most `limit` bytes and without its line feed; `nil` leaves a line out. Only a
        /// success is taken apart; an answer of 400 or more passes as it is.
        case lines(limit: Int, transform: @Sendable (ByteBuffer) async -> ByteBuffer?)
        /// A raw stream in both directions once the engine has switched (101), or answered 200 with a raw stream.
        case hijack
    }

    public var method: String
    /// Path and query, encoded, as it stands in the request line.
    public var uri: String
    /// All headers but Host, the length, and Connection and Upgrade of a hijack, which the transport sets.
    public var headers: [(String, String)]
    public var body: Body
    public var answer: Answer
    /// Called once when the engine's answer is over, with its status; with 0 when there was none. The next request of the connection
    /// waits for it.
    public var whenDone: (@Sendable (Int) async -> Void)?

    public init(
        method: String,
        uri: String,
        headers: [(String, String)] = [],
        body: Body = .none,
        answer: Answer = .stream,
        whenDone: (@Sendable (Int) async -> Void)? = nil
    ) {
        self.method = method
        self.uri = uri
        self.headers = headers
        self.body = body
        self.answer = answer
        self.whenDone = whenDone
    }
}
