import CPrivilege
import Glibc
import Synchronization

/// The connection of `serve` to a worker that root runs. Its calls block and belong on a thread of their own; ``hangUp()`` may come from
/// anywhere.
///
/// The descriptor is closed when the last holder lets go, so that no call can meet a number that already means something else.
package final class FrameConnection: Sendable {
    private let socket: FrameSocket
    private let isHungUp = Atomic(false)

    /// Why there is no connection.
    package enum Refusal: Error, Equatable, Sendable {
        /// Nobody listens, or the backlog stayed full (connect(2)).
        case unreachable(errno: Int32)
        /// Somebody listens who is neither root nor this very user.
        case stranger(uid: UInt32)
    }

    /// Connects.
    /// - Parameter limit: how long to wait for room in the socket's backlog.
    package init(path: String, limit: Duration) throws(Refusal) {
        let descriptor = cprivilege_connect_unix(path, Int64(limit / .milliseconds(1)))
        guard descriptor >= 0 else { throw .unreachable(errno: errno) }
        socket = FrameSocket(descriptor: descriptor)
        var uid: uid_t = 0
        var pid: pid_t = 0
        // Whoever listens is believed, and may get passwords: systemd or the root parent, nobody else.
        guard cprivilege_peer(descriptor, &uid, &pid) == 0, uid == 0 || uid == geteuid() else {
            throw .stranger(uid: uid)
        }
    }

    deinit { close(socket.descriptor) }

    /// Sends a frame, which is overwritten, and waits for the answer.
    package func exchange<Message>(
        _ frame: inout [UInt8],
        limit: Duration,
        _ decode: (UnsafeRawBufferPointer) throws(FrameError) -> Message
    ) throws(FrameSocketError) -> Message {
        let deadline = ContinuousClock.now + limit
        try socket.send(&frame, before: deadline)
        guard let answer = try socket.receive(before: deadline, decode) else { throw .closed }
        return answer
    }

    /// Ends the connection; a call that waits on another thread comes back.
    package func hangUp() {
        guard !isHungUp.exchange(true, ordering: .relaxed) else { return }
        shutdown(socket.descriptor, Int32(SHUT_RDWR))
    }
}
