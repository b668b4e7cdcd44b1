/// How the host is, compared with what a step wants.
public enum StepStanding: Sendable, Equatable {
    /// As it should be.
    case done
    /// What would have to be changed.
    case needed([PlannedChange])
    /// An administrator changed what we wrote. It is left as it is, unless a run is told to insist.
    case pending(PlannedChange, why: String)
    /// It cannot be looked at before an earlier step has run, named in `after`.
    case later(PlannedChange, after: String)
    /// It cannot be done here: what is in the way, and the way out.
    case blocked(String)

    /// What it would change.
    public var changes: [PlannedChange] {
        switch self {
        case .done, .blocked: []
        case .needed(let changes): changes
        case .pending(let change, _), .later(let change, _): [change]
        }
    }
}
