import Yams

/// Reads one mapping of the file: takes the values of known keys, and notes everything that is wrong on the way.
///
/// A value that does not fit leaves the default in place, so that reading goes on and all problems are found in one run;
/// ``Configuration`` is handed out only if there was none.
struct SectionReader {
    /// The mapping's name in the file, such as `services.jupyterhub`; empty for the whole file.
    let path: String
    /// The mapping's name in ``ConfigurationKey/all``, such as `services.<name>`.
    private let pattern: String
    private let entries: [(key: String, node: Node)]
    private let problems: ProblemList
    private let mark: Mark?
    /// Whether the mapping stands in the file at all (and is not null).
    let isPresent: Bool

    init(_ node: Node?, path: String, pattern: String, problems: ProblemList) {
        self.path = path
        self.pattern = pattern
        self.problems = problems
        self.mark = node?.mark
        var entries: [(key: String, node: Node)] = []
        switch node {
        case .mapping(let mapping):
            let known = ConfigurationKey.children(of: pattern)
            for (key, value) in mapping {
                guard case .scalar(let scalar) = key else {
                    problems.add(
                        path,
                        key.mark,
                        .badValue(value: "a key that is no word", expected: "a name", example: "user")
                    )
                    continue
                }
                let full = path.isEmpty ? scalar.string.printable : "\(path).\(scalar.string.printable)"
                if entries.contains(where: { $0.key == scalar.string }) {
                    problems.add(full, key.mark, .duplicateKey)
                } else if known.contains(scalar.string) && scalar.string != "<name>" || known.contains("<name>")
                    || ConfigurationKey.named(pattern) != nil
                {
                    entries.append((scalar.string, value))
                } else {
                    let nearest = NearestName.of(scalar.string, in: known).map { path.isEmpty ? $0 : "\(path).\($0)" }
                    problems.add(full, key.mark, .unknownKey(nearest: nearest))
                }
            }
            isPresent = true
        case .none:
            isPresent = false
        case .some(let other):
            isPresent = false
            if !other.isNull {
                let children = ConfigurationKey.children(of: pattern).sorted()
                problems.add(
                    path,
                    other.mark,
                    .badValue(
                        value: other.shown,
                        expected: children.isEmpty || children == ["<name>"]
                            ? "a mapping of names" : "a mapping with \(children.joined(separator: ", "))",
                        example: ConfigurationKey.named(pattern)?.example ?? "a line for each, indented, with a colon"
                    )
                )
            }
        }
        self.entries = entries
    }

    /// The mapping below `name`; one without entries when it is not there.
    func section(_ name: String) -> SectionReader {
        SectionReader(node(name), path: full(name), pattern: fullPattern(name), problems: problems)
    }

    /// The mappings below names that the administrator chose.
    func namedSections() -> [(name: String, reader: SectionReader)] {
        entries.map { entry in
            let reader = SectionReader(
                entry.node,
                path: full(entry.key),
                pattern: fullPattern("<name>"),
                problems: problems
            )
            return (entry.key, reader)
        }
    }

    /// The names in this mapping, in the order of the file.
    var names: [String] { entries.map(\.key) }

    /// The value of a key that cannot be null.
    /// - Parameters:
    ///   - name: the key in the schema.
    ///   - chosen: a name that the administrator chose, when the schema says `<name>`.
    ///   - fallback: the value when the key is not there, or does not fit.
    ///   - parse: gives `nil` for a text that does not fit.
    /// - Returns: the value of the file, or `fallback`.
    func value<Value>(_ name: String, chosen: String? = nil, default fallback: Value, _ parse: (String) -> Value?)
        -> Value
    {
        guard let node = node(chosen ?? name) else { return fallback }
        if case .scalar(let scalar) = node, !node.isNull, let value = parse(scalar.string) { return value }
        reject(node, chosen ?? name, schema: name)
        return fallback
    }

    /// The value of a key that `null` switches off.
    func optional<Value>(_ name: String, default fallback: Value?, _ parse: (String) -> Value?) -> Value? {
        guard let node = node(name) else { return fallback }
        if node.isNull { return nil }
        return value(name, default: fallback) { parse($0).map(Optional.some) }
    }

    /// The value of a key that is a list of different words, at least one unless it may be empty.
    func list<Element: Hashable>(
        _ name: String,
        default fallback: [Element],
        mayBeEmpty: Bool = false,
        _ parse: (String) -> Element?
    ) -> [Element] {
        guard let node = node(name) else { return fallback }
        guard case .sequence(let sequence) = node, mayBeEmpty || !sequence.isEmpty else {
            reject(node, name, schema: name)
            return fallback
        }
        var elements: [Element] = []
        for item in sequence {
            guard case .scalar(let scalar) = item, let element = parse(scalar.string), !elements.contains(element)
            else {
                reject(item, name, schema: name)
                continue
            }
            elements.append(element)
        }
        return elements
    }

    /// Notes that a name, or values that are right by themselves, do not do.
    func conflict(_ name: String, _ text: String) {
        problems.add(full(name), node(name)?.mark ?? mark, .conflict(text))
    }

    /// Whether a key stands in the file with a value other than null.
    func has(_ name: String) -> Bool { node(name).map { !$0.isNull } ?? false }

    private func node(_ name: String) -> Node? { entries.first { $0.key == name }?.node }

    private func full(_ name: String) -> String { path.isEmpty ? name.printable : "\(path).\(name.printable)" }

    private func fullPattern(_ name: String) -> String { pattern.isEmpty ? name : "\(pattern).\(name)" }

    private func reject(_ node: Node, _ name: String, schema: String) {
        let key = ConfigurationKey.named(fullPattern(schema)) ?? ConfigurationKey.named(pattern)
        let kind = ConfigurationProblem.Kind.badValue(
            value: node.shown,
            expected: key?.type ?? "another value",
            example: key?.example ?? "none"
        )
        problems.add(full(name), node.mark, kind)
    }
}

/// The problems found so far, in the order in which they were found.
final class ProblemList {
    private(set) var problems: [ConfigurationProblem] = []

    func add(_ key: String, _ mark: Mark?, _ kind: ConfigurationProblem.Kind) {
        problems.append(ConfigurationProblem(key: key, line: mark?.line, column: mark?.column, kind: kind))
    }
}

extension Node {
    /// Whether the node is YAML's null: nothing at all, `~` or `null` without quotes (YAML 1.1, null type).
    fileprivate var isNull: Bool {
        guard case .scalar(let scalar) = self, scalar.style == .plain || scalar.style == .any else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    /// What an error message shows of a value.
    fileprivate var shown: String {
        switch self {
        case .scalar(let scalar): isNull ? "null" : "\"\(scalar.string.printable)\""
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .alias: "an alias"
        }
    }
}

extension String {
    /// At most 60 characters of the text, on one line and without control characters.
    var printable: String {
        let scalars = unicodeScalars.prefix(60).map { scalar -> String in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate:
                "\u{FFFD}"
            default: String(scalar)
            }
        }
        return scalars.joined() + (unicodeScalars.count > 60 ? "…" : "")
    }
}
