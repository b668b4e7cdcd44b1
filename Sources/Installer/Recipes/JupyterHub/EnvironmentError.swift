/// An environment of Python that did not come to be.
enum EnvironmentError: Error, Equatable, CustomStringConvertible {
    /// A program failed; the last of what it said.
    case failed(action: String, saying: String)
    case noPython
    case file(path: String, action: String, reason: String)
    /// The hub did not come up in its new environment; whether the one before is back.
    case rolledBack(reason: String, isBack: Bool)

    var description: String {
        switch self {
        case .failed(let action, let saying): "\(action) failed: \(saying)"
        case .noPython: "there is no Python of 3.10 to 3.14 here that can make virtual environments"
        case .file(let path, let action, let reason): "\(path) could not be \(action): \(reason)"
        case .rolledBack(let reason, true):
            "JupyterHub did not come up with what is new, so what ran before was put back, and runs. \(reason)"
        case .rolledBack(let reason, false):
            "JupyterHub did not come up with what is new, and what ran before was put back but does not answer either. \(reason)"
        }
    }
}
