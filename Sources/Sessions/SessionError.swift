/// Why a session did not begin.
public enum SessionError: Error, Equatable, CustomStringConvertible {
    /// The user was switched off while they signed in.
    case endedMeanwhile(SessionEndReason)

    public var description: String {
        switch self {
        case .endedMeanwhile(let reason): "the session ended before it began (\(reason.rawValue))"
        }
    }
}
