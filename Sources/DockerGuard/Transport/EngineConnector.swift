import NIOCore
import NIOPosix

/// Opens connections to the engine.
protocol EngineConnector: Sendable {
    /// - Returns: a channel of `eventLoop` in whose pipeline `handler` has installed itself, and which reads only when `handler` lets it.
    func connect(on eventLoop: any EventLoop, handler: EngineHandler) -> EventLoopFuture<any Channel>
}

/// The engine at its unix socket.
struct EngineSocket: EngineConnector {
    let path: String

    func connect(on eventLoop: any EventLoop, handler: EngineHandler) -> EventLoopFuture<any Channel> {
        let bound = NIOLoopBound(handler, eventLoop: eventLoop)
        return ClientBootstrap(group: eventLoop)
            .connectTimeout(.seconds(10))
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 8192, maximum: 65_536)
            )
            .channelOption(.maxMessagesPerRead, value: 4)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try bound.value.install(in: channel) }
            }
            .connect(unixDomainSocketPath: path)
    }
}
