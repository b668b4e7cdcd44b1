import Hummingbird
import Logging
import Synchronization

/// Slows down whoever guesses: after many refusals in a row the next ones are a bare 429, and the log is told once in a while.
///
/// Only refusals are counted, and a call that is right is answered whatever others do: on loopback everybody has as many
/// addresses as they like, so a limit on calls would be a way to keep Portainer out.
final class RefusalLimitMiddleware: RouterMiddleware {
    typealias Context = BridgeRequestContext

    private struct State {
        var left: Double
        var filledAt: ContinuousClock.Instant
        var toldAt: ContinuousClock.Instant?
        var unsaid = 0
    }

    private static let burst = 20.0
    private static let perSecond = 5.0
    private static let silence = Duration.seconds(10)

    private let state = Mutex(State(left: RefusalLimitMiddleware.burst, filledAt: .now))
    private let logger: Logger

    init(logger: Logger) { self.logger = logger }

    func handle(
        _ request: Request,
        context: BridgeRequestContext,
        next: (Request, BridgeRequestContext) async throws -> Response
    ) async throws -> Response {
        let response = try await next(request, context)
        guard response.status.kind == .clientError else { return response }
        guard note(response.status.code, path: request.uri.path) else {
            return Response(
                status: .tooManyRequests,
                headers: [.retryAfter: "1", .connection: "close", .contentLength: "0"]
            )
        }
        return response
    }

    /// - Returns: whether the refusal may still be told in full.
    private func note(_ status: Int, path: String) -> Bool {
        let now = ContinuousClock.now
        let (isWithin, unsaid): (Bool, Int?) = state.withLock { state in
            state.left = min(Self.burst, state.left + (now - state.filledAt) / .seconds(1) * Self.perSecond)
            state.filledAt = now
            state.unsaid += 1
            let isWithin = state.left >= 1
            if isWithin { state.left -= 1 }
            if let told = state.toldAt, now - told < Self.silence { return (isWithin, nil) }
            defer { state.unsaid = 0 }
            state.toldAt = now
            return (isWithin, state.unsaid)
        }
        if let unsaid {
            logger.warning(
                "refused on Portainer's listener",
                metadata: ["status": "\(status)", "path": "\(path.prefix(100))", "refusals": "\(unsaid)"]
            )
        }
        return isWithin
    }
}
