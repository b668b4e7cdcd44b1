import NIOCore
import NIOHTTP1
import NIOPosix

/// A server that answers one thing to whatever it is asked, and hangs up.
struct TCPDouble {
    let url: String

    static func with<Value>(
        _ answers: String...,
        body: (TCPDouble) async throws -> Value
    ) async throws -> Value {
        let counter = NIOLoopBoundBox<Int>.makeBoxSendingValue(
            0,
            eventLoop: MultiThreadedEventLoopGroup.singleton.any()
        )
        let listener = try await ServerBootstrap(group: counter.eventLoop)
            .childChannelInitializer { channel in
                let answer = answers[min(counter.value, answers.count - 1)]
                counter.value += 1
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Handler(answer: answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            let value = try await body(TCPDouble(url: "http://127.0.0.1:\(listener.localAddress?.port ?? 0)"))
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
        let answer: String
        var isDone = false

        init(answer: String) { self.answer = answer }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard !isDone else { return }
            isDone = true
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)), promise: nil)
            context.close(promise: nil)
        }
    }
}

/// An answer with a JSON body.
func answer(_ status: String, _ body: String = "", headers: String = "") -> String {
    "HTTP/1.1 \(status)\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\(headers)Connection: close\r\n\r\n\(body)"
}
