/// The guard's policy: every call of the Docker Engine API (1.24 to 1.51) that it knows. What is in no line is passed to nobody.
///
/// The lines are in ``engine``, ``containers``, ``images``, ``networks``, ``volumes`` and ``host``, one file each; what bodies may hold is
/// said by the tables in `Bodies/`. Source of the calls: moby, `api/server/router/*` and `api/swagger.yaml`.
public enum PolicyTable {
    public static let rules: [OperationRule] = engine + containers + images + networks + volumes + host

    private struct Key: Hashable {
        let method: String
        let first: String
    }

    /// By method and first segment, which leaves a handful to look through.
    private static let index = Dictionary(grouping: rules) { rule in
        Key(method: rule.method, first: rule.pattern.split(separator: "/").first.map(String.init) ?? "")
    }

    /// The line for a request, and its query, judged.
    /// - Throws: 403 for a call that no line has, 400 for an argument that the line does not have or whose value is none.
    public static func match(method: String, target: DockerTarget) throws(DockerRefusal) -> MatchedCall {
        let found = index[Key(method: method, first: target.segments[0])] ?? []
        for rule in found {
            guard let match = rule.match(target.segments) else { continue }
            return MatchedCall(
                rule: rule,
                version: target.version,
                reference: try checked(match.reference, rule),
                query: try judged(target.query, rule),
                rest: match.rest
            )
        }
        if let missing = missing(method, target.segments) { throw missing }
        throw .forbidden(
            "The Docker guard does not know this call (\(method) /\(target.segments.joined(separator: "/").prefix(80))) "
                + "and passes on only what it knows.",
            reason: "unknown-call"
        )
    }

    private static func checked(_ reference: String?, _ rule: OperationRule) throws(DockerRefusal) -> String? {
        guard let reference else { return nil }
        let more = rule.object == .image ? "_.-:@/" : "_.-"
        guard reference.utf8.count <= 512,
            reference.utf8.allSatisfy({ byte in
                (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || more.utf8.contains(byte)
            })
        else { throw missing(String(reference.prefix(512)), rule.object) }
        return reference
    }

    /// Names that nothing can have, in the words in which the engine says that nothing has them.
    ///
    /// `docker inspect alice/app:1` asks for a container, a network and a volume of that name, and gives up at the first
    /// answer that is not 404.
    private static func missing(_ reference: String, _ object: OperationRule.Object) -> DockerRefusal {
        switch object {
        case .container: .noSuchContainer(reference)
        case .exec: .noSuchExec(reference)
        case .network: .noSuchNetwork(reference)
        case .volume: .noSuchVolume(reference)
        case .image, .none: .malformed("invalid reference format", reason: "bad-reference")
        }
    }

    /// The same for a name with slashes, which makes a path that no line has.
    private static func missing(_ method: String, _ segments: [String]) -> DockerRefusal? {
        guard method == "GET" else { return nil }
        switch (segments[0], segments.count) {
        case ("containers", 4...) where segments.last == "json":
            return missing(segments[1..<(segments.count - 1)].joined(separator: "/"), .container)
        case ("networks", 3...): return missing(segments[1...].joined(separator: "/"), .network)
        case ("volumes", 3...): return missing(segments[1...].joined(separator: "/"), .volume)
        default: return nil
        }
    }

    private static func judged(
        _ query: [(name: String, value: String)],
        _ rule: OperationRule
    ) throws(DockerRefusal) -> [(name: String, value: String)] {
        guard let arguments = rule.query else { return query }
        var seen: Set<String> = []
        for (name, value) in query {
            guard let argument = arguments.first(where: { $0.name.utf8.elementsEqual(name.utf8) }) else {
                throw .malformed(
                    "\(rule.method) \(rule.pattern) has no argument \"\(name.prefix(40))\" that the Docker guard knows.",
                    reason: "unknown-argument"
                )
            }
            guard seen.insert(name).inserted || argument.mayRepeat else {
                throw .malformed("The argument \"\(name)\" is there twice.", reason: "argument-twice")
            }
            guard argument.accepts(value) else {
                throw .malformed(
                    "\"\(value.prefix(40))\" is no value for the argument \"\(name)\".",
                    reason: "bad-argument"
                )
            }
        }
        return query
    }
}
