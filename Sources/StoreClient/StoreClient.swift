public import Identity
import NIOPosix
public import StoreProtocol
import WorkerFrames

/// Has the store worker make an administrator's changes, for `serve`, which may not write the user store.
///
/// ## Promises
/// - Calls never block the caller's thread: the socket is waited for on one thread of the client's own.
/// - One act is under way at a time, over a connection of its own; so each act has its own copy of the store as it was before.
/// - When a call returns, the changes are committed. When it throws, that change is not, and none after it; those before it are.
public final class StoreClient: Sendable {
    private let socketPath: String
    private let timeLimit: Duration
    private let threads = NIOThreadPool(numberOfThreads: 1)

    /// - Parameters:
    ///   - socketPath: the unix socket of systemd or of the root parent.
    ///   - timeLimit: how long one change may take; the store may be locked by another program for 10 s of it.
    public init(socketPath: String, timeLimit: Duration = .seconds(20)) {
        self.socketPath = socketPath
        self.timeLimit = timeLimit
        threads.start()
    }

    deinit { threads.shutdownGracefully { _ in } }

    /// Makes changes for one person, in this order.
    /// - Parameter token: the value of the acting administrator's session cookie.
    /// - Throws: ``StoreClientError`` for the first change that was not made.
    public func apply(_ changes: [StoreChange], to user: UserName, token: String) async throws(StoreClientError) {
        let requests = changes.map { StoreRequest(token: token, user: user, change: $0) }
        let outcome: Result<Void, StoreClientError>
        do {
            outcome = try await threads.runIfActive { [socketPath, timeLimit] in
                Result { () throws(StoreClientError) in
                    try Self.exchange(requests, path: socketPath, limit: timeLimit)
                }
            }
        } catch {
            throw .away("the service is shutting down")
        }
        try outcome.get()
    }

    private static func exchange(_ requests: [StoreRequest], path: String, limit: Duration) throws(StoreClientError) {
        let connection: FrameConnection
        do throws(FrameConnection.Refusal) {
            connection = try FrameConnection(path: path, limit: limit)
        } catch {
            throw StoreClientError(error, path: path)
        }
        for request in requests {
            guard var frame = request.frame() else { throw .refused(.notSignedIn, "That is no session's token.") }
            let response: StoreResponse
            do throws(FrameSocketError) {
                response = try connection.exchange(&frame, limit: limit, StoreResponse.init(payload:))
            } catch {
                throw StoreClientError(error)
            }
            if case .refused(let refusal, let sentence) = response { throw .refused(refusal, sentence) }
        }
    }
}
