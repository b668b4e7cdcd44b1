import NIOCore
import NIOPosix

/// A server that says what a test wants, whatever it is asked.
struct TCPDouble {
    let port: Int

    /// What it does with one connection, once a request has come.
    enum Behaviour: Sendable {
        /// Says this, and hangs up when `close`.
        case say(String, close: Bool = true)
        /// Says this, then a byte every 50 ms for ever.
        case drip(String)
        /// Says this, then as much as is taken.
        case flood(String)
        /// Never says anything.
        case silence
        /// Hangs up.
        case hangUp
    }

    /// Runs one for the time of `body`. The n-th connection gets the n-th behaviour, later ones the last.
    static func with<Value>(
        _ behaviours: Behaviour...,
        body: (TCPDouble) async throws -> Value
    ) async throws -> Value {
        let counter = NIOLoopBoundBox<Int>.makeBoxSendingValue(
            0,
            eventLoop: MultiThreadedEventLoopGroup.singleton.any()
        )
        let listener = try await ServerBootstrap(group: counter.eventLoop)
            .childChannelInitializer { channel in
                let number = counter.value
                counter.value += 1
                return channel.eventLoop.makeCompletedFuture {
                    let behaviour = behaviours[min(number, behaviours.count - 1)]
                    try channel.pipeline.syncOperations.addHandler(Handler(behaviour: behaviour))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            let value = try await body(TCPDouble(port: listener.localAddress?.port ?? 0))
            try await listener.close()
            return value
        } catch {
            try await listener.close()
            throw error
        }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        let behaviour: Behaviour
        var answered = false

        init(behaviour: Behaviour) { self.behaviour = behaviour }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard !answered else { return }
            answered = true
            switch behaviour {
            case .say(let text, let close):
                write(text, context)
                if close { context.close(promise: nil) }
            case .drip(let text):
                write(text, context)
                repeatedly(context, every: .milliseconds(50)) { "x" }
            case .flood(let text):
                write(text, context)
                let block = String(repeating: "x", count: 1 << 16)
                repeatedly(context, every: .milliseconds(1)) { block }
            case .silence: break
            case .hangUp: context.close(promise: nil)
            }
        }

        private func repeatedly(_ context: ChannelHandlerContext, every: TimeAmount, _ text: @escaping () -> String) {
            guard context.channel.isActive else { return }
            write(text(), context)
            context.eventLoop.assumeIsolated().scheduleTask(in: every) { self.repeatedly(context, every: every, text) }
        }

        private func write(_ text: String, _ context: ChannelHandlerContext) {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
        }
    }
}
