import Yams

extension ConfigurationError {
    /// The parser's error in the words of this target.
    init(_ error: YamlError, path: String) {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
            let reason = context.map { "\(problem) (\($0.text))" } ?? problem
            self = .notYAML(path: path, line: mark.line, column: mark.column, reason: reason)
        case .composer(_, let problem, let mark, _):
            self = .notYAML(path: path, line: mark.line, column: mark.column, reason: problem)
        case .duplicatedKeysInMapping(let duplicates, let context):
            let problems = duplicates.map { name in
                ConfigurationProblem(
                    key: name.printable,
                    line: context.mark.line,
                    column: context.mark.column,
                    kind: .duplicateKey
                )
            }
            self = .invalid(path: path, problems: problems)
        case .reader(let problem, let offset, _, _):
            let place = offset.map { " at byte \($0)" } ?? ""
            self = .notYAML(path: path, line: nil, column: nil, reason: problem + place)
        default:
            self = .notYAML(path: path, line: nil, column: nil, reason: "the parser gave up")
        }
    }
}
