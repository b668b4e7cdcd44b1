/// Why a fault was not mended.
public enum LegacyRepairError: Error, Sendable, Equatable, CustomStringConvertible {
    /// There is no fault of that name.
    case unknown(id: String, known: [String])
    /// A person has to decide; `remedy` is how.
    case needsPerson(id: String, remedy: String)
    /// It could not be told whether the fault is there.
    case unseen(id: String, reason: String)
    /// The original could not be put aside, so nothing was changed.
    case notSaved(path: String, reason: String)
    /// A file could not be changed. What was changed before stands in the saved directory.
    case notChanged(path: String, reason: String)
    /// A program refused.
    case refused(program: String, reason: String)
    /// Everything was done, and a second look still finds it.
    case stillThere(id: String, what: String, done: [String])

    public var description: String {
        switch self {
        case .unknown(let id, let known): "there is no fault “\(id)”; there are \(known.joined(separator: ", "))"
        case .needsPerson(let id, let remedy):
            "\(id) is not mended by a program, because it is your decision: \(remedy)"
        case .unseen(let id, let reason): "\(id) could not be looked at: \(reason); run this as root"
        case .notSaved(let path, let reason): "\(path) was left as it is, because no copy could be made: \(reason)"
        case .notChanged(let path, let reason): "\(path) could not be changed: \(reason)"
        case .refused(let program, let reason): "\(program) refused: \(reason)"
        case .stillThere(let id, let what, let done):
            "\(id) is still there after \(done.isEmpty ? "the repair" : done.joined(separator: "; ")): \(what)"
        }
    }
}
