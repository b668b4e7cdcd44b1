import Glibc
import NIOCore

/// Answers nginx's `/auth` requests straight from the bytes of the connection: no await, no lock, no database.
///
/// nginx keeps connections for `/auth` alone (an upstream of its own), so a connection normally never leaves this handler.
/// At the first request that ``VerifyRequest`` does not know the connection is handed to the complete HTTP stack, for good.
final class VerifyHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum State {
        /// Answering; `pending` holds the bytes of a request that is not whole yet.
        case verifying(pending: ByteBuffer)
        /// The complete HTTP stack is being set up; `pending` holds what it will read first.
        case handingOver(pending: ByteBuffer)
        /// The complete HTTP stack reads the connection.
        case handedOver
    }

    /// The most bytes a request may have here; larger ones are for the complete parser and its limits.
    private static let requestLimit = 16 * 1024

    private var state = State.verifying(pending: ByteBuffer())
    private let table: VerifyTable
    private let proxySecret: [UInt8]?
    private let handOver: (any Channel) -> EventLoopFuture<Void>

    /// - Parameters:
    ///   - proxySecret: what `X-Bridge-Proxy-Secret` must be; `nil` where the socket's file mode keeps strangers out.
    ///   - handOver: adds the complete HTTP stack behind this handler.
    init(table: VerifyTable, proxySecret: [UInt8]?, handOver: @escaping (any Channel) -> EventLoopFuture<Void>) {
        self.table = table
        self.proxySecret = proxySecret
        self.handOver = handOver
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch state {
        case .verifying(var bytes):
            var received = unwrapInboundIn(data)
            if bytes.readableBytes == 0 { bytes = received } else { bytes.writeBuffer(&received) }
            answer(&bytes, context: context)
        case .handingOver(var pending):
            var received = unwrapInboundIn(data)
            pending.writeBuffer(&received)
            state = .handingOver(pending: pending)
        case .handedOver:
            context.fireChannelRead(data)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.flush()
        if case .handedOver = state { context.fireChannelReadComplete() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        let endsIt =
            event is ChannelShouldQuiesceEvent || event as? ChannelEvent == .inputClosed
            || event is IdleStateHandler.IdleStateEvent
        if case .verifying = state, endsIt {
            context.close(promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if case .verifying = state { context.close(promise: nil) } else { context.fireErrorCaught(error) }
    }

    private func answer(_ bytes: inout ByteBuffer, context: ChannelHandlerContext) {
        while bytes.readableBytes > 0 {
            let (answer, length) = bytes.withUnsafeReadableBytes(judge)
            if let answer {
                bytes.moveReaderIndex(forwardBy: length)
                context.write(wrapOutboundOut(answer), promise: nil)
            } else if length < 0 || bytes.readableBytes > Self.requestLimit {
                return handOver(bytes, context: context)
            } else {
                break
            }
        }
        if bytes.readableBytes == 0 { bytes = ByteBuffer() }
        state = .verifying(pending: bytes)
    }

    /// The answer to the request at the front and its length; no answer and 0 while it is incomplete, or and -1 when it is
    /// for the complete parser.
    private func judge(_ bytes: UnsafeRawBufferPointer) -> (ByteBuffer?, Int) {
        switch VerifyRequest.read(bytes) {
        case .incomplete: return (nil, 0)
        case .other: return (nil, -1)
        case .request(let request, let length):
            if let proxySecret {
                let shown = request.proxySecret.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) }
                guard let shown, shown.equalsInConstantTime(proxySecret) else {
                    return (VerifyAnswers.forbidden, length)
                }
            }
            return (answer(to: request, in: bytes), length)
        }
    }

    private func answer(to request: VerifyRequest, in bytes: UnsafeRawBufferPointer) -> ByteBuffer {
        let verdict = table.judge(
            cookies: request.cookies.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) },
            service: request.service.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) },
            now: Int64(time(nil))
        )
        switch verdict {
        case .allowed(let answer): return answer
        case .forbidden, .closed: return VerifyAnswers.forbidden
        case .unauthenticated:
            let uri = request.originalURI.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) }
            return VerifyAnswers.unauthenticated(originalURI: uri)
        }
    }

    private func handOver(_ bytes: ByteBuffer, context: ChannelHandlerContext) {
        // Nobody would send the answers so far once this handler is gone.
        context.flush()
        state = .handingOver(pending: bytes)
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        let context = NIOLoopBound(context, eventLoop: context.eventLoop)
        handOver(context.value.channel).assumeIsolated().whenComplete { result in
            switch result {
            case .success: handler.value.finishHandOver(context: context.value)
            case .failure: context.value.close(promise: nil)
            }
        }
    }

    private func finishHandOver(context: ChannelHandlerContext) {
        guard case .handingOver(let pending) = state else { return }
        state = .handedOver
        context.fireChannelRead(wrapInboundOut(pending))
        context.fireChannelReadComplete()
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }
}
