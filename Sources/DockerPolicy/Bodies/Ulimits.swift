/// `Ulimits`: the names that exist, up to what does no harm to others (getrlimit(2)).
enum Ulimits {
    /// The highest value of each; nil is any, -1 (unlimited) included. `nice` and `rtprio` would raise the priority over
    /// other people's processes.
    private static let bounds: [(name: String, highest: Int64?)] = [
        ("as", nil), ("core", nil), ("cpu", nil), ("data", nil), ("fsize", nil), ("locks", nil), ("memlock", nil),
        ("msgqueue", 819_200), ("nice", 0), ("nofile", 1_048_576), ("nproc", nil), ("rss", nil), ("rtprio", 0),
        ("rttime", nil), ("sigpending", 65_536), ("stack", nil),
    ]

    private static let table = FieldTable(
        subject: "Ulimits",
        rows: [
            .init("Name", .kept(.text)),
            .init("Soft", .kept(.integer)),
            .init("Hard", .kept(.integer)),
        ]
    )

    static func judged(_ value: JSONValue?) throws(DockerRefusal) -> JSONValue? {
        guard let value, !value.isZero else { return nil }
        guard let elements = value.array else { throw .malformed("Ulimits must be a list.") }
        var result: [JSONValue] = []
        for element in elements {
            guard let object = element.object else { throw .malformed("Ulimits must hold objects.") }
            let kept = try table.screened(object).kept
            let name = kept["Name"]?.string ?? ""
            guard let bound = bounds.first(where: { $0.name == name }) else {
                throw .forbidden("The ulimit \"\(name)\" is not known here.", reason: "ulimits")
            }
            let values = [kept["Soft"]?.integer ?? 0, kept["Hard"]?.integer ?? 0]
            if let highest = bound.highest, values.contains(where: { $0 < 0 || $0 > highest }) {
                throw .forbidden("The ulimit \(name) can be at most \(highest) here.", reason: "ulimits")
            }
            result.append(.object(kept))
        }
        return .array(result)
    }
}
