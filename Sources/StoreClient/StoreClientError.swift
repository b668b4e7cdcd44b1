import Glibc
public import StoreProtocol
import WorkerFrames

/// Why a change of the user store was not made, or is not known to have been made.
public enum StoreClientError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The worker said no; the sentence is for a person.
    case refused(StoreRefusal, String)
    /// No worker can be had; nothing was changed.
    case away(String)
    /// The worker gave no answer that can be understood: the change may or may not be in the store.
    case lost(String)

    public var description: String {
        switch self {
        case .refused(_, let sentence), .away(let sentence), .lost(let sentence): sentence
        }
    }

    init(_ refusal: FrameConnection.Refusal, path: String) {
        switch refusal {
        case .unreachable(let number):
            self = .away("no store worker can be had at \(path): \(String(cString: strerror(number)))")
        case .stranger(let uid): self = .away("\(path) is not held by root but by uid \(uid)")
        }
    }

    init(_ error: FrameSocketError) {
        self =
            switch error {
            case .closed: .lost("the store worker ended without an answer")
            case .timedOut: .lost("the store worker took too long")
            case .malformed(let problem): .lost("the store worker answered nonsense: \(problem)")
            case .system(let number):
                .lost("the connection to the store worker failed: \(String(cString: strerror(number)))")
            }
    }
}
