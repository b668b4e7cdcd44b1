import DockerPolicy
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import DockerGuard

/// A client's connection and those to the engine, without sockets or threads.
final class EmbeddedGuard {
    let client = EmbeddedChannel()
    let connector: EmbeddedEngine

    /// - Parameter opening: what the judge says; `nil` leaves the request unjudged.
    init(
        limits: GuardLimits = GuardLimits(),
        engineIsAway: Bool = false,
        _ opening: @escaping @Sendable (ClientRequest) -> GuardOpening?
    ) throws {
        connector = EmbeddedEngine(loop: client.embeddedEventLoop, isAway: engineIsAway)
        let handler = ClientHandler(
            arrival: .peer(uid: 1000),
            desk: ScriptedDesk(opening: opening),
            engine: connector,
            limits: limits
        )
        try handler.install(in: client)
        client.connect(to: try SocketAddress(unixDomainSocketPath: "/client"), promise: nil)
    }

    convenience init(forwarding answer: ForwardPlan.Answer, body: ForwardPlan.Body = .stream) throws {
        try self.init { request in
            .decided(.forward(ForwardPlan(method: request.method, uri: "/judged", body: body, answer: answer)))
        }
    }

    var engine: EmbeddedChannel? { connector.channels.last }

    func send(_ text: String) throws {
        try client.writeInbound(ByteBuffer(string: text))
        client.embeddedEventLoop.run()
    }

    func engineSends(_ text: String) throws {
        try #require(engine).writeInbound(ByteBuffer(string: text))
        client.embeddedEventLoop.run()
    }

    func received() throws -> String { try Self.text(client) }
    func engineReceived() throws -> String { try Self.text(#require(engine)) }

    private static func text(_ channel: EmbeddedChannel) throws -> String {
        var text = ""
        while true {
            // The encoder writes IOData, a raw stream ByteBuffer.
            if let data = try? channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: data) } else { break }
        }
        return text
    }
}

struct ScriptedDesk: RequestDesk {
    let opening: @Sendable (ClientRequest) -> GuardOpening?

    func open(_ request: ClientRequest, from arrival: Arrival, on eventLoop: any EventLoop) -> EventLoopFuture<
        GuardOpening
    > {
        let promise = eventLoop.makePromise(of: GuardOpening.self)
        if let opening = opening(request) { promise.succeed(opening) } else { unjudged.add(promise) }
        return promise.futureResult
    }

    let unjudged = Unjudged()
}

/// Promises that a test leaves open must still be kept in the end.
final class Unjudged: Sendable {
    private nonisolated(unsafe) var promises: [EventLoopPromise<GuardOpening>] = []
    func add(_ promise: EventLoopPromise<GuardOpening>) { promises.append(promise) }
    deinit {
        for promise in promises { promise.fail(ChannelError.eof) }
    }
}

final class EmbeddedEngine: EngineConnector {
    let loop: EmbeddedEventLoop
    nonisolated(unsafe) var channels: [EmbeddedChannel] = []
    let isAway: Bool

    init(loop: EmbeddedEventLoop, isAway: Bool) {
        self.loop = loop
        self.isAway = isAway
    }

    func connect(on eventLoop: any EventLoop, handler: EngineHandler) -> EventLoopFuture<any Channel> {
        guard !isAway else { return eventLoop.makeFailedFuture(ChannelError.connectTimeout(.zero)) }
        let channel = EmbeddedChannel(loop: loop)
        channels.append(channel)
        return eventLoop.makeCompletedFuture {
            try handler.install(in: channel)
            channel.connect(to: try SocketAddress(unixDomainSocketPath: "/engine"), promise: nil)
            return channel
        }
    }
}
