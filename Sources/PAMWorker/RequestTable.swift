import PAMProtocol

/// Where a worker stands.
enum WorkerState: Equatable {
    /// Nothing was asked yet.
    case start
    /// Only accounts were asked for, `rounds` times.
    case inspecting(rounds: Int)
    /// A module waits for that many answers.
    case asking(answers: Int)
    /// The last answer was given.
    case finished
}

/// Which request is allowed in which state, and how often, as OpenSSH's monitor has it. What it does not list ends the process.
enum RequestTable {
    /// 64 rounds of ``PAMRequest/maximumUsers``.
    static let maximumInspections = 64

    static func allows(_ request: PAMRequest, in state: WorkerState) -> Bool {
        switch (request, state) {
        case (.begin, .start), (.inspect, .start), (.probeService, .start),
            (.setFirstPassword, .start):
            true
        case (.inspect, .inspecting(let rounds)): rounds < maximumInspections
        case (.answers(let answers), .asking(let count)): answers.count == count
        case (.cancel, .asking): true
        default: false
        }
    }
}
