import Glibc
import PAMProtocol
import WorkerFrames

/// The connection to one PAM worker. Its calls block and belong on a thread of the client's pool; ``hangUp()`` may come from anywhere.
final class WorkerConnection: Sendable {
    private let connection: FrameConnection

    /// Connects.
    /// - Parameter limit: how long to wait for room in the socket's backlog.
    init(path: String, limit: Duration) throws(PAMClientError) {
        do throws(FrameConnection.Refusal) {
            connection = try FrameConnection(path: path, limit: limit)
        } catch {
            switch error {
            case .unreachable(let number):
                throw .unavailable("no PAM worker can be had at \(path): \(String(cString: strerror(number)))")
            case .stranger(let uid):
                throw .unavailable("\(path) is not held by root but by uid \(uid); no password is sent there")
            }
        }
    }

    /// Sends a request and waits for the answer.
    func exchange(_ request: PAMRequest, limit: Duration) throws(PAMClientError) -> PAMResponse {
        guard var frame = request.frame() else { throw .unavailable("the request is too large for a frame") }
        do throws(FrameSocketError) {
            return try connection.exchange(&frame, limit: limit, PAMResponse.init(payload:))
        } catch {
            throw Self.meaning(of: error)
        }
    }

    private static func meaning(of error: FrameSocketError) -> PAMClientError {
        switch error {
        case .closed: .unavailable("the PAM worker ended without an answer")
        case .timedOut: .timedOut
        case .malformed(let problem): .unavailable("the PAM worker answered nonsense: \(problem)")
        case .system(let number):
            .unavailable("the connection to the PAM worker failed: \(String(cString: strerror(number)))")
        }
    }

    /// Ends the conversation; a call that waits on another thread comes back.
    func hangUp() { connection.hangUp() }
}
