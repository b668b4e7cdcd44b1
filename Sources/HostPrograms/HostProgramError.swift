/// A program that could not be run to its end.
public enum HostProgramError: Error, Sendable, Equatable, CustomStringConvertible {
    /// None of the directories has it.
    case missing(String)
    /// It took longer than its time limit and was killed.
    case timedOut(String, after: Duration)
    /// It could not be started, or said more than a megabyte.
    case failed(String, reason: String)

    public var description: String {
        switch self {
        case .missing(let name): "there is no program \(name) in \(SystemPrograms.searchPath.joined(separator: ":"))"
        case .timedOut(let name, let limit): "\(name) took longer than \(limit.components.seconds) s and was stopped"
        case .failed(let name, let reason): "\(name) could not be run: \(reason)"
        }
    }
}
