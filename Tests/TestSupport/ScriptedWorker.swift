import Dispatch
import Glibc
package import PAMProtocol
import Synchronization
import WorkerFrames

/// The far end of a PAM worker socket, in this process: real frames over a real socket, answers as a test wants them.
///
/// For what a real libpam shows only with accounts of the host, such as questions to somebody without one.
package final class ScriptedWorker: Sendable {
    package typealias Script = @Sendable (PAMRequest) -> PAMResponse

    private let listener: Int32
    private let log = Log()

    private final class Log: Sendable {
        let requests = Mutex<[PAMRequest]>([])
    }

    package init(path: String, script: @escaping Script) throws {
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(100)) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0, listen(listener, 16) == 0 else { throw FrameSocketError.system(errno: errno) }
        DispatchQueue(label: "scripted-worker").async { [listener, log] in
            while true {
                let descriptor = accept(listener, nil, nil)
                guard descriptor >= 0 else { break }
                DispatchQueue.global().async { Self.serve(descriptor, log, script) }
            }
            close(listener)
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    /// What was asked so far.
    package var requests: [PAMRequest] { log.requests.withLock { $0 } }

    private static func serve(_ descriptor: Int32, _ log: Log, _ script: Script) {
        defer { close(descriptor) }
        let socket = FrameSocket(descriptor: descriptor)
        while let request = try? socket.receive(PAMRequest.init(payload:)) {
            log.requests.withLock { $0.append(request) }
            guard var frame = script(request).frame() else { return }
            guard (try? socket.send(&frame)) != nil else { return }
        }
    }
}
