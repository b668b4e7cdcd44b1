package import Hummingbird
import HummingbirdCore
package import Logging
package import NIOCore

/// The complete HTTP/1.1 stack of a connection: parser, router, error answers.
package struct HTTPStack: Sendable {
    package typealias Connection = HTTP1Channel.Value

    private let channel: HTTP1Channel
    private let logger: Logger

    /// - Parameters:
    ///   - responder: what answers a request.
    ///   - idleTimeout: after how long a connection is closed that sends nothing and waits for no answer.
    package init<Responder: HTTPResponder>(responder: Responder, idleTimeout: TimeAmount, logger: Logger)
    where Responder.Context == BridgeRequestContext {
        self.logger = logger
        let configuration = HTTP1Channel.Configuration(
            idleTimeout: idleTimeout,
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: 16 * 1024,
                maxHeaderListSize: 32 * 1024,
                maxHeaderFieldCount: 128
            )
        )
        self.channel = HTTP1Channel(
            responder: { request, writer, channel in
                let context = BridgeRequestContext(source: .init(channel: channel, logger: logger))
                let response = await Self.respond(to: request, context: context, by: responder)
                try await writer.write(response: response.head, body: response.body)
            },
            configuration: configuration
        )
    }

    /// Adds the stack to the pipeline of `channel`.
    func setUp(_ channel: any Channel) -> EventLoopFuture<Connection> {
        self.channel.setup(channel: channel, logger: logger)
    }

    /// Answers the requests of a connection until it ends.
    func serve(_ connection: Connection) async {
        await channel.handle(value: connection, logger: logger)
    }

    private static func respond<Responder: HTTPResponder>(
        to request: Request,
        context: BridgeRequestContext,
        by responder: Responder
    ) async -> Response where Responder.Context == BridgeRequestContext {
        do {
            return try await responder.respond(to: request, context: context)
        } catch {
            // The body reached a parser error, or the connection broke in the middle of a request.
            return Response(status: .badRequest, headers: [.connection: "close", .contentLength: "0"])
        }
    }
}
