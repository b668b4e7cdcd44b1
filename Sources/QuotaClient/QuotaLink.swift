import Glibc
import QuotaProtocol
import Synchronization
import WorkerFrames

/// The connection to a quota worker, made when it is first needed and again after it was lost. ``exchange(_:)`` blocks and belongs on the
/// client's one thread.
final class QuotaLink: Sendable {
    private let path: String
    private let limit: Duration
    private let connection = Mutex<FrameConnection?>(nil)

    init(path: String, limit: Duration) {
        self.path = path
        self.limit = limit
    }

    /// Asks, by the connection that is there, or by a new one.
    func exchange(_ request: QuotaRequest) throws(QuotaClientError) -> [QuotaResponse.Entry] {
        if let kept = connection.withLock({ $0 }) {
            do {
                return try exchange(request, by: kept)
            } catch .lost {
                // It ended since the last question, for an upgrade or an idle timeout.
            }
        }
        return try exchange(request, by: try connect())
    }

    /// Ends the connection; a call that waits on another thread comes back.
    func hangUp() { connection.withLock { $0?.hangUp() } }

    private func connect() throws(QuotaClientError) -> FrameConnection {
        do throws(FrameConnection.Refusal) {
            let made = try FrameConnection(path: path, limit: limit)
            connection.withLock { $0 = made }
            return made
        } catch {
            throw .unreachable(path: path, error)
        }
    }

    private func exchange(
        _ request: QuotaRequest,
        by connection: FrameConnection
    ) throws(QuotaClientError) -> [QuotaResponse.Entry] {
        guard var frame = request.frame() else { throw .nonsense("the question is too large for a frame") }
        do throws(FrameSocketError) {
            let response = try connection.exchange(&frame, limit: limit, QuotaResponse.init(payload:))
            if response.entries.map(\.uid) == request.uids { return response.entries }
        } catch {
            // An answer that comes too late would be taken for that to the next question.
            forget(connection)
            throw QuotaClientError(error)
        }
        forget(connection)
        throw .nonsense("the quota worker answered another question")
    }

    private func forget(_ old: FrameConnection) {
        old.hangUp()
        connection.withLock { if $0 === old { $0 = nil } }
    }
}
