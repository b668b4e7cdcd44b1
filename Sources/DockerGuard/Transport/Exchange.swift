import DockerPolicy
import NIOCore
import NIOHTTP1

/// One request that is with the engine, and its answer on the way back.
///
/// ```
/// connecting ─> awaitingHead ─┬─> streaming ─────┬─> over
///                             ├─> gathering ─────┤
///                             ├─> splitting ─────┤
///                             └─> opening ─> raw ┘
/// ```
final class Exchange: EngineEvents {
    enum Stage {
        case connecting
        case awaitingHead
        /// The answer's body passes as it comes.
        case streaming
        /// The answer is rewritten as a whole.
        case gathering(HTTPResponseHead, ByteBuffer)
        /// The answer is judged line by line.
        case splitting(LineSplitter)
        /// The head of a raw stream is on its way to the client; what belongs behind it waits.
        case opening(held: [ByteBuffer])
        /// Bytes pass in both directions.
        case raw
        case over
    }

    let client: ClientHandler
    let plan: ForwardPlan
    let request: ClientRequest
    let engine = EngineHandler()
    var stage = Stage.connecting
    /// Whether the client's whole request is here.
    private(set) var isComplete: Bool
    /// The engine's status, 0 while there is none.
    var status = 0
    /// What the engine said and nobody had time for yet.
    var answerParts = CircularBuffer<HTTPClientResponsePart>()
    /// Whether somebody works on a piece of the answer; the next one waits, so that the order stays.
    var isBusy = false
    var isEngineGone = false
    var isEngineSilent = false
    var isClientSilent = false
    /// Whether the client can tell where the answer ends without the end of the connection.
    var isDelimited = true
    private var wasToldDone = false
    /// Whether the judge has had the body; then there is none left to stream.
    private let wasCollected: Bool

    init(client: ClientHandler, plan: ForwardPlan, request: ClientRequest, isComplete: Bool) {
        self.client = client
        self.plan = plan
        self.request = request
        self.isComplete = isComplete
        wasCollected = isComplete
        engine.events = self
    }

    /// Whether the client's connection is no HTTP any more.
    var isRaw: Bool {
        switch stage {
        case .opening, .raw: true
        default: false
        }
    }

    var isOver: Bool {
        if case .over = stage { true } else { false }
    }

    var isHijack: Bool {
        if case .hijack = plan.answer { true } else { false }
    }

    private var uploads: Bool {
        if case .stream = plan.body { !wasCollected } else { false }
    }

    // MARK: To the engine

    func start() {
        guard let loop = client.context?.eventLoop else { return }
        client.engine.connect(on: loop, handler: engine).assumeIsolated().whenComplete { [self] result in
            switch result {
            case .failure: if !isOver { fail(Self.engineAway) }
            case .success(let channel): if isOver { channel.close(promise: nil) } else { sendRequest() }
            }
        }
    }

    private func sendRequest() {
        stage = .awaitingHead
        var headers = HTTPHeaders([("Host", "docker")])
        headers.add(contentsOf: plan.headers)
        for name in ["content-length", "transfer-encoding", "connection", "upgrade", "expect"] {
            headers.remove(name: name)
        }
        if isHijack, request.switchesToRawStream {
            headers.add(name: "Connection", value: "Upgrade")
            headers.add(name: "Upgrade", value: "tcp")
        }
        let body: ByteBuffer? = if case .bytes(let bytes) = plan.body { bytes } else { nil }
        if let framing = framing(of: body) { headers.add(name: framing.name, value: framing.value) }
        let head = HTTPRequestHead(
            version: .http1_1,
            method: HTTPMethod(rawValue: plan.method),
            uri: plan.uri,
            headers: headers
        )
        engine.write(.head(head))
        if let body, body.readableBytes > 0 { engine.write(.body(.byteBuffer(body))) }
        if !uploads { engine.write(.end(nil)) }
        engine.flush()
        if uploads { client.sendContinue(request) }
        client.advance()
        engine.flush()
    }

    private func framing(of body: ByteBuffer?) -> (name: String, value: String)? {
        if let body { return ("Content-Length", "\(body.readableBytes)") }
        if uploads {
            switch request.body {
            case .length(let length): return ("Content-Length", "\(length)")
            case .chunked: return ("Transfer-Encoding", "chunked")
            case .none: break
            }
        }
        return ["POST", "PUT", "PATCH"].contains(plan.method) ? ("Content-Length", "0") : nil
    }

    /// A part of the client's request behind its head.
    /// - Returns: whether it is done with; otherwise it is to be offered again.
    func take(_ part: HTTPServerRequestPart) -> Bool {
        if case .connecting = stage { return false }
        switch part {
        case .head: return false
        case .body(let bytes):
            guard uploads, !isOver else { return true }
            guard engine.isWritable else { return false }
            engine.write(.body(.byteBuffer(bytes)))
        case .end:
            isComplete = true
            guard uploads, !isOver else { return true }
            engine.write(.end(nil))
            engine.flush()
        }
        return true
    }

    /// Whether more of the client's bytes have somewhere to go.
    var wantsMore: Bool {
        switch stage {
        case .connecting: false
        case .awaitingHead, .streaming, .gathering, .splitting: !uploads || engine.isWritable
        case .opening, .raw: engine.isWritable
        case .over: true
        }
    }

    func clientReadComplete() {
        engine.flush()
        client.regulate()
    }

    func engineBecameWritable() {
        client.advance()
        engine.flush()
    }

    /// The client has closed its half. To the engine that means what it would mean without us: a request without a body is given up,
    /// a hijacked stream has no more input.
    func clientFellSilent() {
        // Before the switch the client's last bytes are held back, and their end with them; it is told again behind them.
        guard isRaw || !isHijack else { return }
        isClientSilent = true
        guard isComplete || isRaw else { return client.close() }
        engine.flush()
        engine.closeOutput()
        if isEngineSilent { end() }
    }

    /// The client's connection is closed.
    func clientGone() {
        guard !isOver else { return }
        stage = .over
        engine.close()
        tellDone(status)
    }

    // MARK: The end

    /// No answer can be had.
    func fail(_ refusal: DockerRefusal) {
        stage = .over
        engine.close()
        let client = client
        let request = request
        let isComplete = isComplete
        tellDone(0) { client.refuseExchange(refusal, request, isComplete: isComplete) }
    }

    /// The answer was cut off behind its head: the client must see that it is not whole.
    func breakOff() {
        stage = .over
        engine.close()
        tellDone(status)
        client.closeGently()
    }

    /// The raw stream is over.
    func end() {
        stage = .over
        engine.close()
        tellDone(status)
        client.closeGently()
    }

    /// The answer is whole.
    func finish(keepsConnection: Bool) {
        stage = .over
        engine.close()
        client.flush()
        tellDone(status) { [self] in
            client.exchangeEnded(
                isComplete: isComplete,
                keepsConnection: keepsConnection && isComplete && request.isKeptAlive
            )
        }
    }

    private func tellDone(_ status: Int, then next: (() -> Void)? = nil) {
        guard let whenDone = plan.whenDone, !wasToldDone, let loop = client.context?.eventLoop else {
            if let whenDone = plan.whenDone, !wasToldDone { Task { await whenDone(status) } }
            wasToldDone = true
            next?()
            return
        }
        wasToldDone = true
        loop.makeFutureWithTask { await whenDone(status) }.assumeIsolated().whenComplete { _ in next?() }
    }

    static let engineAway = DockerRefusal(
        status: 503,
        message:
            "The Docker engine of this host is not running, or still starting. Try again in a moment; if it stays away, tell "
            + "your administrator.",
        reason: "engine-away"
    )

    static let engineSilent = DockerRefusal(
        status: 502,
        message: "The Docker engine closed the connection without an answer.",
        reason: "engine-gone"
    )
}
