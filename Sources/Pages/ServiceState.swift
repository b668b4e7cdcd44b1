/// Whether a service can be used now, as the portal shows it. The raw values are those of `GET /api/v1/services`.
public enum ServiceState: String, Sendable, CaseIterable {
    case up
    case starting
    case down
    case notForYou = "not-for-you"
    /// Nobody has looked yet.
    case unknown

    /// What people read; `portal.js` has the same words.
    var label: String {
        switch self {
        case .up: "Up"
        case .starting: "Starting"
        case .down: "Down"
        case .notForYou: "Not for your account"
        case .unknown: "State not known"
        }
    }
}
