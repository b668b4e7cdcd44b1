package import QuotaProtocol
import Synchronization
import WorkerFrames

/// The far end of a quota worker's socket, in this process: what files take is as a test wants it, on a kernel without quotas as well.
package final class ScriptedQuotaWorker: Sendable {
    package typealias Script = @Sendable (UInt32) -> DiskUse

    private let listener: ScriptedListener
    private let log = Log()

    private final class Log: Sendable {
        let questions = Mutex<[[UInt32]]>([])
        let connections = Atomic(0)
    }

    package init(path: String, script: @escaping Script) throws {
        listener = try ScriptedListener(path: path) { [log] socket in Self.serve(socket, log, script) }
    }

    /// The uids of each question so far.
    package var questions: [[UInt32]] { log.questions.withLock { $0 } }
    /// How many connections there were.
    package var connections: Int { log.connections.load(ordering: .relaxed) }

    private static func serve(_ socket: FrameSocket, _ log: Log, _ script: Script) {
        log.connections.add(1, ordering: .relaxed)
        while let request = try? socket.receive(QuotaRequest.init(payload:)) {
            log.questions.withLock { $0.append(request.uids) }
            let entries = request.uids.map { QuotaResponse.Entry(uid: $0, use: script($0)) }
            guard var frame = QuotaResponse(entries: entries).frame() else { return }
            guard (try? socket.send(&frame)) != nil else { return }
        }
    }
}
