import Glibc
import PAMProtocol
import WorkerFrames

/// Why a worker ended before its conversation did.
enum WorkerError: Error, CustomStringConvertible {
    /// A request that ``RequestTable`` does not allow.
    case outOfTurn
    case socket(FrameSocketError)
    case system(call: String, errno: Int32)
    /// An answer that fits no frame.
    case oversized

    var description: String {
        switch self {
        case .outOfTurn: "a request came that is not allowed in this state"
        case .socket(let error): "the connection failed: \(error)"
        case .system(let call, let number): "\(call): \(String(cString: strerror(number)))"
        case .oversized: "the answer is too large for a frame"
        }
    }

    /// As sysexits.h has it.
    var exitStatus: Int32 {
        switch self {
        case .outOfTurn, .socket(.malformed): EX_PROTOCOL
        case .socket, .oversized: EX_IOERR
        case .system: EX_OSERR
        }
    }
}
