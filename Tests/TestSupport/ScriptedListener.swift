import Dispatch
import Glibc
package import WorkerFrames

/// A unix socket that takes connections in this process and hands each to a script, on a thread of its own.
package final class ScriptedListener: Sendable {
    private let listener: Int32

    /// - Parameter serve: talks to one connection; it is closed afterwards.
    package init(path: String, serve: @escaping @Sendable (FrameSocket) -> Void) throws {
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
        DispatchQueue(label: "scripted-listener").async { [listener] in
            while true {
                let descriptor = accept(listener, nil, nil)
                guard descriptor >= 0 else { break }
                DispatchQueue.global().async {
                    serve(FrameSocket(descriptor: descriptor))
                    close(descriptor)
                }
            }
            close(listener)
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }
}
