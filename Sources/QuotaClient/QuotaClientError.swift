import Glibc
import WorkerFrames

/// Why the quota worker told nothing.
enum QuotaClientError: Error, Equatable, CustomStringConvertible {
    case unreachable(path: String, FrameConnection.Refusal)
    /// The connection was closed by the worker.
    case lost
    case timedOut
    case nonsense(String)
    case system(errno: Int32)

    init(_ error: FrameSocketError) {
        self =
            switch error {
            case .closed: .lost
            case .timedOut: .timedOut
            case .malformed(let problem): .nonsense("the quota worker answered nonsense: \(problem)")
            case .system(let number): .system(errno: number)
            }
    }

    var description: String {
        switch self {
        case .unreachable(let path, .unreachable(let number)):
            "no quota worker can be had at \(path): \(String(cString: strerror(number)))"
        case .unreachable(let path, .stranger(let uid)): "\(path) is not held by root but by uid \(uid)"
        case .lost: "the quota worker ended without an answer"
        case .timedOut: "the quota worker took too long"
        case .nonsense(let sentence): sentence
        case .system(let number): "the connection to the quota worker failed: \(String(cString: strerror(number)))"
        }
    }
}
