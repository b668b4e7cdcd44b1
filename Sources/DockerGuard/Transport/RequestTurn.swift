import NIOCore

/// Lets one request of a connection in at a time, and only as fast as it is taken.
///
/// It stands in front of the HTTP decoder. What a client sends behind a request that is not answered yet stays here as bytes: nobody can
/// say yet whether they are the next request or the beginning of a hijacked stream. It also keeps the time of heads.
final class RequestTurn: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer

    private enum State {
        /// Between requests.
        case idle
        /// Some of a head has come.
        case head
        case body
        /// The request is complete and not answered.
        case taken(held: CircularBuffer<ByteBuffer>, sawEnd: Bool)
        /// Bytes pass, HTTP is over.
        case raw
    }

    private let limits: GuardLimits
    private var state = State.idle
    private var clock: Scheduled<Void>?
    private var context: ChannelHandlerContext?
    private var isPaused = false
    private var isReadHeld = false

    init(limits: GuardLimits) { self.limits = limits }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        startClock(limits.headTime)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        stopClock()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        stopClock()
        context.fireChannelInactive()
    }

    // MARK: What the one behind it says

    /// A head is complete.
    func headEnded() {
        stopClock()
        if case .raw = state { return }
        state = .body
    }

    /// The request is complete.
    func requestEnded() {
        if case .body = state { state = .taken(held: CircularBuffer(), sawEnd: false) }
    }

    /// The request is answered; the next one may come.
    func nextRequest() {
        guard case .taken(let held, let sawEnd) = state else { return }
        state = .idle
        startClock(limits.idleTime)
        release(held, sawEnd)
    }

    /// All bytes from now on pass, first those that were held.
    func becomeRaw() {
        stopClock()
        guard case .taken(let held, let sawEnd) = state else {
            state = .raw
            return
        }
        state = .raw
        release(held, sawEnd)
    }

    func pause() { isPaused = true }

    func resume() {
        isPaused = false
        readIfWanted()
    }

    // MARK: The channel

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch state {
        case .idle:
            state = .head
            startClock(limits.headTime)
            context.fireChannelRead(data)
        case .taken(var held, let sawEnd):
            held.append(unwrapInboundIn(data))
            state = .taken(held: held, sawEnd: sawEnd)
        case .head, .body, .raw:
            context.fireChannelRead(data)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .taken(let held, _) = state, event as? ChannelEvent == .inputClosed {
            state = .taken(held: held, sawEnd: true)
            // Whoever waits for an answer must hear that the client has gone quiet, the decoder not yet.
            context.fireUserInboundEventTriggered(ClientFellSilent())
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    func read(context: ChannelHandlerContext) {
        if mayRead { context.read() } else { isReadHeld = true }
    }

    private var mayRead: Bool {
        if case .taken = state { return false }
        return !isPaused
    }

    private func readIfWanted() {
        guard isReadHeld, mayRead, let context else { return }
        isReadHeld = false
        context.read()
    }

    private func release(_ held: CircularBuffer<ByteBuffer>, _ sawEnd: Bool) {
        guard let context else { return }
        for bytes in held { channelRead(context: context, data: wrapInboundOut(bytes)) }
        if !held.isEmpty { context.fireChannelReadComplete() }
        if sawEnd { userInboundEventTriggered(context: context, event: ChannelEvent.inputClosed) }
        readIfWanted()
    }

    private func startClock(_ time: TimeAmount) {
        clock?.cancel()
        clock = context?.eventLoop.assumeIsolated().scheduleTask(in: time) { [weak self] in
            self?.context?.fireUserInboundEventTriggered(ClientTookTooLong())
        }
    }

    private func stopClock() {
        clock?.cancel()
        clock = nil
    }
}

/// The client has closed its half of the connection while its request is being answered.
struct ClientFellSilent: Sendable {}

/// No request came, or its head was not complete in time.
struct ClientTookTooLong: Sendable {}
