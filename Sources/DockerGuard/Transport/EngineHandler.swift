import NIOCore
import NIOHTTP1

/// What the engine's side of a request tells. All on the event loop of the connection.
protocol EngineEvents: AnyObject {
    func engineAnswered(_ part: HTTPClientResponsePart)
    func engineSent(_ bytes: ByteBuffer)
    /// What was told since the last time can be flushed.
    func engineReadComplete()
    func engineBecameWritable()
    /// The engine sends no more, but still listens.
    func engineFellSilent()
    /// The connection is gone; told once.
    func engineGone()
}

/// The end of a connection to the engine: one connection for each request.
final class EngineHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = HTTPClientRequestPart

    private enum Mode { case http, raw, gone }

    weak var events: (any EngineEvents)?
    private var mode = Mode.http
    private var context: ChannelHandlerContext?
    private var isPaused = false
    private var isReadHeld = false
    private var isDecoding = true
    private let decoder = ByteToMessageHandler(
        HTTPResponseDecoder(leftOverBytesStrategy: .forwardBytes, informationalResponseStrategy: .drop)
    )
    private let encoder: HTTPRequestEncoder = {
        var configuration = HTTPRequestEncoder.Configuration()
        configuration.automaticallySetFramingHeaders = false
        return HTTPRequestEncoder(configuration: configuration)
    }()

    /// All that stands in the pipeline of a connection to the engine, in order.
    func install(in channel: any Channel) throws {
        try channel.pipeline.syncOperations.addHandlers([encoder, decoder, self])
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    var isWritable: Bool { context?.channel.isWritable ?? false }

    // MARK: To the engine

    func write(_ part: HTTPClientRequestPart) {
        guard mode == .http else { return }
        context?.write(wrapOutboundOut(part), promise: nil)
    }

    /// Writes as a part of a body, which has no framing: the decoder watches what is written, and must not meet anything else.
    func write(raw bytes: ByteBuffer) {
        guard mode == .raw else { return }
        context?.write(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil)
    }

    func flush() { context?.flush() }

    /// Nothing more comes from us.
    func closeOutput() { context?.close(mode: .output, promise: nil) }

    func close() { context?.close(promise: nil) }

    /// What is written from now on are bytes. The request must not have been sent in chunks.
    func becomeRaw() {
        if mode == .http { mode = .raw }
    }

    /// What comes from now on are bytes, first those that the decoder still has. Not for a stream that began without a switch: to HTTP
    /// it is a body without a length.
    func stopDecoding() {
        guard isDecoding, let context else { return }
        isDecoding = false
        let removed = context.eventLoop.makePromise(of: Void.self)
        // Nobody says that a reading is complete when it is the decoder that lets go of bytes.
        removed.futureResult.assumeIsolated().whenComplete { [weak self] _ in self?.events?.engineReadComplete() }
        context.pipeline.syncOperations.removeHandler(decoder, promise: removed)
    }

    // MARK: From the engine

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isDecoding {
            events?.engineAnswered(unwrapInboundIn(data))
        } else {
            events?.engineSent(RawBytes.unwrap(data))
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) { events?.engineReadComplete() }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { events?.engineBecameWritable() }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event as? ChannelEvent == .inputClosed { events?.engineFellSilent() }
    }

    func channelInactive(context: ChannelHandlerContext) { end() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end()
        context.close(promise: nil)
    }

    private func end() {
        guard mode != .gone else { return }
        mode = .gone
        events?.engineGone()
        events = nil
    }

    // MARK: Back-pressure

    func pause() { isPaused = true }

    func resume() {
        isPaused = false
        guard isReadHeld, let context else { return }
        isReadHeld = false
        context.read()
    }

    func read(context: ChannelHandlerContext) {
        if isPaused { isReadHeld = true } else { context.read() }
    }
}
