import DockerPolicy
import NIOCore
import NIOHTTP1

/// One connection of a client: its requests, one after the other.
///
/// ```
/// waiting ─head─> judging ─decided─> answered here, or exchanging ─answer over─> waiting
///                    └─wants the body─> collecting ─complete─> judging     └─hijack─> exchanging, raw
/// ```
/// Whatever the state has no use for yet waits in ``parts``; reading stops meanwhile, so that there is never more than one reading's worth.
final class ClientHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    enum State {
        case waiting
        /// Somebody thinks about the request.
        case judging(ClientRequest)
        /// The judge wants the body.
        case collecting(ClientRequest, BodyCollection)
        /// The engine has it.
        case exchanging(Exchange)
        /// It was answered without the engine; the rest of it is thrown away.
        case skipping
        /// The last answer is out; whatever comes is thrown away until the client closes.
        case closing
        case closed
    }

    struct BodyCollection {
        let limit: Int
        let judge: @Sendable (ByteBuffer) async -> GuardDecision
        var bytes = ByteBuffer()
        let timer: Scheduled<Void>
    }

    let arrival: Arrival
    let desk: any RequestDesk
    let engine: any EngineConnector
    let limits: GuardLimits
    let turn: RequestTurn
    private let decoder: ByteToMessageHandler<HTTPRequestDecoder>
    private let encoder: HTTPResponseEncoder

    var state = State.waiting
    private var parts = CircularBuffer<HTTPServerRequestPart>()
    private var isAdvancing = false
    private var isRaw = false
    private var hasFallenSilent = false
    private(set) var isDraining = false
    private(set) var context: ChannelHandlerContext?

    init(
        arrival: Arrival,
        desk: any RequestDesk,
        engine: any EngineConnector,
        limits: GuardLimits
    ) {
        self.arrival = arrival
        self.desk = desk
        self.engine = engine
        self.limits = limits
        turn = RequestTurn(limits: limits)
        var bounds = NIOHTTPDecoderLimitConfiguration()
        bounds.maxHeaderFieldSize = limits.fieldBytes
        bounds.maxHeaderListSize = limits.headBytes
        bounds.maxHeaderFieldCount = limits.fieldCount
        decoder = ByteToMessageHandler(
            HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: bounds)
        )
        var configuration = HTTPResponseEncoder.Configuration()
        configuration.automaticallySetFramingHeaders = false
        encoder = HTTPResponseEncoder(configuration: configuration)
    }

    /// Puts all that one connection needs into its pipeline.
    func install(in channel: any Channel) throws {
        try channel.pipeline.syncOperations.addHandlers([turn, encoder, decoder, self])
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    // MARK: From the client

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isRaw else {
            if case .exchanging(let exchange) = state { exchange.clientSent(RawBytes.unwrap(data)) }
            return
        }
        let part = unwrapInboundIn(data)
        switch part {
        case .head: turn.headEnded()
        case .body: break
        case .end: turn.requestEnded()
        }
        parts.append(part)
        advance()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if case .exchanging(let exchange) = state { exchange.clientReadComplete() }
        context.fireChannelReadComplete()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable, case .exchanging(let exchange) = state { exchange.clientBecameWritable() }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ClientTookTooLong: tookTooLong()
        case is ClientFellSilent: fellSilent()
        case let event as ChannelEvent where event == .inputClosed: fellSilent()
        case is GuardIsDraining: drain()
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        let last = state
        end()
        if case .exchanging(let exchange) = last { exchange.clientGone() }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // Only the decoder can be told apart from a broken connection: it found something that is not HTTP.
        guard error is HTTPParserError || error is NIOHTTPDecoderError, case .waiting = state else { return close() }
        let status: DockerRefusal =
            error as? HTTPParserError == .headerOverflow
            ? DockerRefusal(
                status: 431,
                message: "The header fields of the request are too large.",
                reason: "head-too-large"
            )
            : .malformed("This is no HTTP/1.1 request: \(error).", reason: "not-http")
        refuse(status, keepsConnection: false)
    }

    private func fellSilent() {
        hasFallenSilent = true
        switch state {
        case .waiting: close()
        case .exchanging(let exchange): exchange.clientFellSilent()
        case .closing: close()
        case .judging, .collecting, .skipping, .closed: break
        }
    }

    private func tookTooLong() {
        guard case .waiting = state else { return }
        close()
    }

    private func drain() {
        isDraining = true
        switch state {
        case .waiting: close()
        case .exchanging(let exchange) where exchange.isRaw: close()
        default: break
        }
    }

    // MARK: One part after the other

    /// Takes parts for as long as the state has use for them.
    func advance() {
        guard !isAdvancing else { return }
        isAdvancing = true
        defer { isAdvancing = false }
        while let part = parts.popFirst() {
            guard take(part) else {
                parts.prepend(part)
                break
            }
        }
        regulateReading()
    }

    /// - Returns: whether the part is done with; otherwise it is offered again.
    private func take(_ part: HTTPServerRequestPart) -> Bool {
        switch (state, part) {
        case (.waiting, .head(let head)): begin(head)
        case (.collecting(let request, let collection), _): collect(part, request, collection)
        case (.exchanging, .head): return false
        case (.exchanging(let exchange), _): return exchange.take(part)
        case (.skipping, .end): finishTurn()
        case (.skipping, .body), (.closing, _), (.closed, _): break
        case (.judging, _), (.skipping, .head): return false
        case (.waiting, _): break
        }
        return true
    }

    private func regulateReading() {
        let wants: Bool =
            switch state {
            case .waiting, .collecting, .skipping, .closing: true
            case .exchanging(let exchange): exchange.wantsMore
            case .judging, .closed: false
            }
        if wants, parts.isEmpty || isRaw { turn.resume() } else { turn.pause() }
    }

    private func begin(_ head: HTTPRequestHead) {
        let request = ClientRequest(head)
        if let objection = RequestRules.objection(to: head) { return refuse(objection, keepsConnection: false) }
        state = .judging(request)
        guard let loop = context?.eventLoop else { return }
        desk.open(request, from: arrival, on: loop).assumeIsolated().whenComplete { [weak self] result in
            self?.opened(result, request)
        }
    }

    private func opened(_ result: Result<GuardOpening, any Error>, _ request: ClientRequest) {
        guard case .judging = state else { return }
        switch result {
        case .failure: refuse(Self.broken, request)
        case .success(.decided(let decision)): act(on: decision, request)
        case .success(.wantsBody(let limit, let judge)):
            if case .length(let length) = request.body, length > limit { return refuse(Self.tooLarge(limit), request) }
            startCollecting(request, limit: limit, judge)
        }
        advance()
    }

    // MARK: The body for the judge

    private func startCollecting(
        _ request: ClientRequest,
        limit: Int,
        _ judge: @escaping @Sendable (ByteBuffer) async -> GuardDecision
    ) {
        guard let context else { return }
        let timer = context.eventLoop.assumeIsolated().scheduleTask(in: limits.bodyTime) { [weak self] in
            guard let self, case .collecting = self.state else { return }
            self.close()
        }
        state = .collecting(request, BodyCollection(limit: limit, judge: judge, timer: timer))
        sendContinue(request)
    }

    private func collect(_ part: HTTPServerRequestPart, _ request: ClientRequest, _ collection: BodyCollection) {
        switch part {
        case .head: break
        case .body(var bytes):
            var collection = collection
            guard collection.bytes.readableBytes + bytes.readableBytes <= collection.limit else {
                collection.timer.cancel()
                return refuse(Self.tooLarge(collection.limit), request)
            }
            collection.bytes.writeBuffer(&bytes)
            state = .collecting(request, collection)
        case .end:
            collection.timer.cancel()
            judgeBody(request, collection)
        }
    }

    private func judgeBody(_ request: ClientRequest, _ collection: BodyCollection) {
        guard let loop = context?.eventLoop else { return }
        state = .judging(request)
        let bytes = collection.bytes
        let judge = collection.judge
        // The end of the request has been taken: the exchange must know.
        loop.makeFutureWithTask { await judge(bytes) }.assumeIsolated().whenComplete { [weak self] result in
            guard let self, case .judging = self.state else { return }
            switch result {
            case .failure: self.refuse(Self.broken, request, isComplete: true)
            case .success(let decision): self.act(on: decision, request, isComplete: true)
            }
            self.advance()
        }
    }

    func sendContinue(_ request: ClientRequest) {
        guard request.expectsContinue, !turnIsOver else { return }
        write(.head(HTTPResponseHead(version: .http1_1, status: .continue)))
        flush()
    }

    /// Whether the whole request is here already, so that nobody waits for a sign to send it.
    private var turnIsOver: Bool {
        parts.contains { if case .end = $0 { true } else { false } }
    }

    // MARK: Decisions

    private func act(on decision: GuardDecision, _ request: ClientRequest, isComplete: Bool = false) {
        switch decision {
        case .refuse(let refusal): refuse(refusal, request, isComplete: isComplete)
        case .answer(let status, let headers, let body):
            answer(status, headers, body, request, isComplete: isComplete)
        case .forward(let plan): forward(plan, request, isComplete: isComplete)
        }
    }

    private func forward(_ plan: ForwardPlan, _ request: ClientRequest, isComplete: Bool) {
        if !request.upgrade.isEmpty {
            guard case .hijack = plan.answer, request.switchesToRawStream else {
                let refusal = DockerRefusal.malformed(
                    "This call cannot switch to the protocol \"\(request.upgrade)\".",
                    reason: "upgrade"
                )
                if let whenDone = plan.whenDone { Task { await whenDone(0) } }
                return refuse(refusal, request, isComplete: isComplete)
            }
        }
        let exchange = Exchange(client: self, plan: plan, request: request, isComplete: isComplete)
        state = .exchanging(exchange)
        exchange.start()
    }

    /// The exchange is over, and its answer complete.
    /// - Parameters:
    ///   - isComplete: whether the whole request was taken.
    ///   - keepsConnection: whether the client can tell where the answer ended.
    func exchangeEnded(isComplete: Bool, keepsConnection: Bool) {
        guard case .exchanging = state else { return }
        finish(isComplete: isComplete, keepsConnection: keepsConnection)
        advance()
    }

    private func finish(isComplete: Bool, keepsConnection: Bool) {
        guard keepsConnection, !isDraining else { return closeGently() }
        if isComplete { finishTurn() } else { state = .skipping }
    }

    private func finishTurn() {
        guard !hasFallenSilent || !parts.isEmpty else { return closeGently() }
        guard !isDraining else { return closeGently() }
        state = .waiting
        turn.nextRequest()
    }

    // MARK: Answers of our own

    func refuse(_ refusal: DockerRefusal, _ request: ClientRequest, isComplete: Bool = false) {
        answer(
            refusal.status,
            [("Content-Type", "application/json")],
            ByteBuffer(bytes: refusal.body),
            request,
            isComplete: isComplete
        )
    }

    /// An exchange came to nothing.
    func refuseExchange(_ refusal: DockerRefusal, _ request: ClientRequest, isComplete: Bool) {
        guard case .exchanging = state else { return }
        refuse(refusal, request, isComplete: isComplete)
        advance()
    }

    private func refuse(_ refusal: DockerRefusal, keepsConnection: Bool) {
        send(
            refusal.status,
            [("Content-Type", "application/json")],
            ByteBuffer(bytes: refusal.body),
            isHead: false,
            closes: true
        )
        closeGently()
    }

    private func answer(
        _ status: Int,
        _ headers: [(String, String)],
        _ body: ByteBuffer,
        _ request: ClientRequest,
        isComplete: Bool
    ) {
        // A body that is still to come and that nobody wants: a large one is not waited for.
        let skips = isComplete || request.body == .none || turnIsOver
        let keeps = request.isKeptAlive && skips && !isDraining
        send(status, headers, body, isHead: request.method == "HEAD", closes: !keeps)
        finish(isComplete: isComplete, keepsConnection: keeps)
    }

    private func send(_ status: Int, _ headers: [(String, String)], _ body: ByteBuffer, isHead: Bool, closes: Bool) {
        var fields = HTTPHeaders(headers)
        fields.replaceOrAdd(name: "Content-Length", value: "\(body.readableBytes)")
        if closes { fields.replaceOrAdd(name: "Connection", value: "close") }
        write(
            .head(HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: fields))
        )
        if !isHead, body.readableBytes > 0 { write(.body(.byteBuffer(body))) }
        write(.end(nil))
        flush()
    }

    private static let broken = DockerRefusal(
        status: 500,
        message: "The guard could not judge this call.",
        reason: "judge-failed"
    )

    private static func tooLarge(_ limit: Int) -> DockerRefusal {
        DockerRefusal(
            status: 413,
            message: "The body of this call is larger than \(limit) bytes, which no such call needs.",
            reason: "body-too-large"
        )
    }

    // MARK: To the client

    var isWritable: Bool { context?.channel.isWritable ?? false }
    func write(_ part: HTTPServerResponsePart) { context?.write(wrapOutboundOut(part), promise: nil) }
    func write(raw bytes: ByteBuffer) { context?.write(NIOAny(bytes), promise: nil) }
    func flush() { context?.flush() }

    /// Sends the head of a raw stream, all by itself, and gives HTTP up.
    /// - Parameter whenSent: called when the kernel has the head: a client that reads it with a buffer that it then throws away
    ///   would lose what came with it.
    func becomeRaw(_ head: HTTPResponseHead, whenSent: @escaping () -> Void) {
        guard let context else { return }
        let sent = context.eventLoop.makePromise(of: Void.self)
        sent.futureResult.assumeIsolated().whenSuccess(whenSent)
        context.writeAndFlush(wrapOutboundOut(.head(head)), promise: sent)
        isRaw = true
        context.pipeline.syncOperations.removeHandler(encoder, promise: nil)
        // The decoder hands out what it still has on its way out; only then may the bytes behind that come.
        let removed = context.eventLoop.makePromise(of: Void.self)
        removed.futureResult.assumeIsolated().whenComplete { [weak self] _ in
            self?.turn.becomeRaw()
            self?.regulateReading()
        }
        context.pipeline.syncOperations.removeHandler(decoder, promise: removed)
    }

    func regulate() { regulateReading() }

    /// Tells the client that nothing more comes, and goes on listening.
    func closeOutput() { context?.close(mode: .output, promise: nil) }

    // MARK: The end

    /// Lets the client have all that was written, then closes; what it still sends is thrown away meanwhile. A connection that is closed with
    /// bytes unread is reset, and a reset takes the answer away from who has not read it yet (RFC 9112 §9.6).
    func closeGently() {
        guard let context else { return }
        if case .closed = state { return }
        state = .closing
        parts.removeAll()
        let sent = context.eventLoop.makePromise(of: Void.self)
        sent.futureResult.assumeIsolated().whenComplete { [weak self] _ in
            guard let self, case .closing = self.state, let context = self.context else { return }
            if self.hasFallenSilent { return self.close() }
            context.close(mode: .output, promise: nil)
            context.eventLoop.assumeIsolated().scheduleTask(in: self.limits.lingerTime) { [weak self] in self?.close() }
        }
        // Sent in order behind everything else.
        let nothing = ByteBuffer()
        context.writeAndFlush(isRaw ? NIOAny(nothing) : wrapOutboundOut(.body(.byteBuffer(nothing))), promise: sent)
        // Whoever never fetches what was sent must not hold the connection for ever.
        context.eventLoop.assumeIsolated().scheduleTask(in: limits.bodyTime) { [weak self] in self?.close() }
        turn.resume()
    }

    func close() {
        guard let context else { return }
        let last = state
        end()
        if case .exchanging(let exchange) = last { exchange.clientGone() }
        context.close(promise: nil)
    }

    private func end() {
        if case .collecting(_, let collection) = state { collection.timer.cancel() }
        state = .closed
        parts.removeAll()
    }
}

/// Told to every connection when the service is to stop.
struct GuardIsDraining: Sendable {}
