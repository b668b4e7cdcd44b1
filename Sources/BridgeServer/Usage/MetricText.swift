/// Builds what Prometheus reads (exposition format 0.0.4).
struct MetricText {
    private(set) var text = ""

    /// The values of one metric, each with its labels.
    mutating func family(
        _ name: String,
        _ type: String,
        _ help: String,
        _ samples: [(labels: [(name: String, value: String)], value: String)]
    ) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
        for sample in samples {
            text += name
            if !sample.labels.isEmpty {
                text += "{\(sample.labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ","))}"
            }
            text += " \(sample.value)\n"
        }
    }

    /// A gauge that has one value.
    mutating func single(_ name: String, _ help: String, _ value: String) { family(name, "gauge", help, [([], value)]) }

    /// A backslash, a quotation mark and a line feed are the three that would end a label's value.
    static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
