/// Why a configuration file was not taken.
public enum ConfigurationError: Error, Equatable, Sendable {
    /// There is no such file.
    case missing(path: String)
    /// The file cannot be read; `reason` is the system's word for it.
    case unreadable(path: String, reason: String)
    /// The file is no YAML. Line and column count from 1; `nil` where the parser names no place.
    case notYAML(path: String, line: Int?, column: Int?, reason: String)
    /// The file is YAML, but says things that cannot be; all of them, in the order of the file.
    case invalid(path: String, problems: [ConfigurationProblem])
}

extension ConfigurationError: CustomStringConvertible {
    /// One line for each problem, `file:line:column: key: what is wrong; what would be right`.
    public var description: String {
        switch self {
        case .missing(let path):
            "\(path): no such file; copy the shipped bridge.yaml there, or name another file with --config"
        case .unreadable(let path, let reason):
            "\(path): cannot be read: \(reason)"
        case .notYAML(let path, let line, let column, let reason):
            "\(path)\(place(line, column)): not YAML: \(reason)"
        case .invalid(let path, let problems):
            problems.map { "\(path)\(place($0.line, $0.column)): \($0)" }.joined(separator: "\n")
        }
    }

    private func place(_ line: Int?, _ column: Int?) -> String {
        guard let line else { return "" }
        return column.map { ":\(line):\($0)" } ?? ":\(line)"
    }
}
