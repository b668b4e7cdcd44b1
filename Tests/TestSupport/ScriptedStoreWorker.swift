package import StoreProtocol
import Synchronization
import WorkerFrames

/// The far end of a store worker's socket, in this process: what becomes of a change is as a test wants it.
package final class ScriptedStoreWorker: Sendable {
    package typealias Script = @Sendable (StoreRequest) -> StoreResponse

    private let listener: ScriptedListener
    private let log = Log()

    private final class Log: Sendable {
        let requests = Mutex<[StoreRequest]>([])
        let connections = Atomic(0)
    }

    package init(path: String, script: @escaping Script) throws {
        listener = try ScriptedListener(path: path) { [log] socket in
            log.connections.add(1, ordering: .relaxed)
            while let request = try? socket.receive(StoreRequest.init(payload:)) {
                log.requests.withLock { $0.append(request) }
                guard var frame = script(request).frame(), (try? socket.send(&frame)) != nil else { return }
            }
        }
    }

    /// The requests so far.
    package var requests: [StoreRequest] { log.requests.withLock { $0 } }
    /// How many connections there were.
    package var connections: Int { log.connections.load(ordering: .relaxed) }
}
