package import PAMProtocol
import Synchronization
import WorkerFrames

/// The far end of a PAM worker socket, in this process: real frames over a real socket, answers as a test wants them.
///
/// For what a real libpam shows only with accounts of the host, such as questions to somebody without one.
package final class ScriptedWorker: Sendable {
    package typealias Script = @Sendable (PAMRequest) -> PAMResponse

    private let listener: ScriptedListener
    private let log = Log()

    private final class Log: Sendable {
        let requests = Mutex<[PAMRequest]>([])
    }

    package init(path: String, script: @escaping Script) throws {
        listener = try ScriptedListener(path: path) { [log] socket in Self.serve(socket, log, script) }
    }

    /// What was asked so far.
    package var requests: [PAMRequest] { log.requests.withLock { $0 } }

    private static func serve(_ socket: FrameSocket, _ log: Log, _ script: Script) {
        while let request = try? socket.receive(PAMRequest.init(payload:)) {
            log.requests.withLock { $0.append(request) }
            guard var frame = script(request).frame() else { return }
            guard (try? socket.send(&frame)) != nil else { return }
        }
    }
}
