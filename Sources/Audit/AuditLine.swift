/// An event as one line of JSON (RFC 8259) without its line feed.
///
/// Written by hand because a JSON encoder leaves characters as they are that move a cursor or turn the direction of
/// text on the terminal of the person who reads the log. The line is ASCII up to the letters of the world's scripts,
/// and no value is longer than ``valueLimit``.
struct AuditLine {
    /// The most characters of one value; a cut one ends with an ellipsis.
    static let valueLimit = 256

    let text: String

    init(_ event: AuditEvent) {
        let fields: [(String, String?)] = [
            ("time", RFC3339.utc(event.time)), ("kind", event.kind.rawValue), ("outcome", event.outcome?.rawValue),
            ("user", event.user), ("client", event.client?.description), ("session", event.session),
            ("service", event.service), ("actor", event.actor), ("reason", event.reason), ("detail", event.detail),
        ]
        let members = fields.compactMap { name, value in value.map { "\"\(name)\":\(Self.quoted($0))" } }
        text = "{\(members.joined(separator: ","))}"
    }

    private static func quoted(_ value: String) -> String {
        var result = "\""
        for scalar in value.unicodeScalars.prefix(valueLimit) { append(scalar, to: &result) }
        if value.unicodeScalars.count > valueLimit { result += "…" }
        return result + "\""
    }

    private static func append(_ scalar: Unicode.Scalar, to text: inout String) {
        switch scalar {
        case "\"": text += "\\\""
        case "\\": text += "\\\\"
        case "\n": text += "\\n"
        case "\r": text += "\\r"
        case "\t": text += "\\t"
        case _ where isHarmless(scalar): text.unicodeScalars.append(scalar)
        default:
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
    }

    /// Whether a terminal shows the character in its place and does nothing else.
    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }
}
