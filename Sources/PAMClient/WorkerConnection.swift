import CPrivilege
import Glibc
import PAMProtocol
import Synchronization

/// The connection to one worker. Its calls block and belong on a thread of the client's pool; ``hangUp()`` may come from anywhere.
///
/// The descriptor is closed when the last holder lets go, so that no call can meet a number that already means something else.
final class WorkerConnection: Sendable {
    private let socket: FrameSocket
    private let isHungUp = Atomic(false)

    /// Connects.
    /// - Parameter limit: how long to wait for room in the socket's backlog.
    init(path: String, limit: Duration) throws(PAMClientError) {
        let descriptor = cprivilege_connect_unix(path, Int64(limit / .milliseconds(1)))
        guard descriptor >= 0 else {
            throw .unavailable("no PAM worker can be had at \(path): \(String(cString: strerror(errno)))")
        }
        socket = FrameSocket(descriptor: descriptor)
        var uid: uid_t = 0
        var pid: pid_t = 0
        // Whoever listens gets passwords: systemd or the root parent, nobody else.
        guard cprivilege_peer(descriptor, &uid, &pid) == 0, uid == 0 || uid == geteuid() else {
            throw .unavailable("\(path) is not held by root but by uid \(uid); no password is sent there")
        }
    }

    deinit { close(socket.descriptor) }

    /// Sends a request and waits for the answer.
    func exchange(_ request: PAMRequest, limit: Duration) throws(PAMClientError) -> PAMResponse {
        guard var frame = request.frame() else { throw .unavailable("the request is too large for a frame") }
        let deadline = ContinuousClock.now + limit
        do throws(FrameSocketError) {
            try socket.send(&frame, before: deadline)
            guard let response = try socket.receive(before: deadline, PAMResponse.init(payload:)) else { throw .closed }
            return response
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
    func hangUp() {
        guard !isHungUp.exchange(true, ordering: .relaxed) else { return }
        shutdown(socket.descriptor, Int32(SHUT_RDWR))
    }
}
