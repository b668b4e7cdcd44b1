/// Whether a limit holds, as far as anybody could find out.
public enum Enforcement: Sendable, Equatable {
    case inForce
    /// It does not, and why: a sentence.
    case notInForce(String)
    /// Nobody could say, and why: a sentence.
    case unknown(String)

    /// Yes, no, or `nil` for nobody knows.
    public var isInForce: Bool? {
        switch self {
        case .inForce: true
        case .notInForce: false
        case .unknown: nil
        }
    }

    /// Why it is not known to hold.
    public var reason: String? {
        switch self {
        case .inForce: nil
        case .notInForce(let reason), .unknown(let reason): reason
        }
    }
}
