import Glibc
import Hummingbird
import Logging
import NIOCore
import NIOExtras
import NIOPosix
import ServiceLifecycle

/// Takes connections on one socket and answers their requests, until the service stops.
///
/// On the proxy's listener a connection starts at ``VerifyHandler`` and gets the complete HTTP stack only when it carries
/// something else than `/auth`; on the other listener each has it from the start.
struct HTTPListener: Service {
    let name: String
    let socket: ListenSocket
    let group: any EventLoopGroup
    let http: HTTPStack
    let verify: VerifyEntrance?
    /// The users whose connections are taken on a unix socket; `nil` takes everybody whom the file mode lets in.
    let allowedPeers: PeerRule?
    let limit: ConnectionLimit
    let logger: Logger
    /// Called once the socket takes connections.
    let whenReady: @Sendable () -> Void

    func run() async throws {
        let (connections, feed) = AsyncStream.makeStream(of: HTTPStack.Connection.self)
        let quiescing = ServerQuiescingHelper(group: group)
        let server = try await bind(quiescing: quiescing, feed: feed)
        logger.info(
            "listening",
            metadata: [
                "listener": "\(name)",
                "address": "\(server.localAddress.map(String.init(describing:)) ?? "inherited socket")",
            ]
        )
        whenReady()
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { tasks in
                for await connection in connections {
                    tasks.addTask { await http.serve(connection) }
                }
            }
        } onGracefulShutdown: {
            let closed = server.eventLoop.makePromise(of: Void.self)
            closed.futureResult.whenComplete { _ in feed.finish() }
            quiescing.initiateShutdown(promise: closed)
        }
    }

    private func bind(
        quiescing: ServerQuiescingHelper,
        feed: AsyncStream<HTTPStack.Connection>.Continuation
    ) async throws -> any Channel {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(quiescing.makeServerChannelHandler(channel: channel))
                }
            }
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in prepare(channel, feed: feed) }
        switch socket {
        case .inherited(let descriptor, _):
            return try await bootstrap.withBoundSocket(descriptor).get()
        case .tcp(let host, let port):
            return try await bootstrap.bind(host: host, port: port).get()
        case .unix(let path, let mode):
            let previous = umask(0o777 & ~mode_t(mode))
            defer { umask(previous) }
            return try await bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
        }
    }

    private func prepare(
        _ channel: any Channel,
        feed: AsyncStream<HTTPStack.Connection>.Continuation
    ) -> EventLoopFuture<Void> {
        guard limit.admit(channel) else { return channel.close() }
        guard socket.isUnix, let allowedPeers else { return start(channel, feed: feed) }
        return allowedPeers.check(channel).flatMap { isAllowed in
            guard isAllowed else {
                return channel.close()
            }
            return start(channel, feed: feed)
        }
    }

    private func start(
        _ channel: any Channel,
        feed: AsyncStream<HTTPStack.Connection>.Continuation
    ) -> EventLoopFuture<Void> {
        let http = self.http
        guard let verify, let table = verify.tables.table(on: channel.eventLoop) else {
            return http.setUp(channel).map { feed.yield($0) }
        }
        return channel.eventLoop.makeCompletedFuture {
            let handler = VerifyHandler(table: table, proxySecret: verify.proxySecret) { channel in
                http.setUp(channel).map { _ = feed.yield($0) }
            }
            // On TCP every user of this host can connect, and hold a connection for nothing. nginx lets go of idle ones after 60 s.
            if !socket.isUnix {
                try channel.pipeline.syncOperations.addHandler(IdleStateHandler(readTimeout: .minutes(2)))
            }
            try channel.pipeline.syncOperations.addHandler(handler)
        }
    }
}

/// What the proxy's listener needs to answer `/auth` by itself.
struct VerifyEntrance: Sendable {
    let tables: VerifyTables
    /// What nginx must show in `X-Bridge-Proxy-Secret`; `nil` on a unix socket.
    let proxySecret: [UInt8]?
}
