/// A value of one column, in the storage class it really has.
///
/// SQLite columns take a value of any class (datatype3.html §1), and the platform's scripts used that: `cpu_limit` holds text,
/// `is_active` holds words. So nothing is read by its declared type.
public enum StoredValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    /// Text, with bytes that are no UTF-8 replaced by U+FFFD, NULs kept, and cut after ``longestText`` bytes.
    case text(String)
    /// A blob; nothing that the bridge reads is one, so only its length is kept.
    case blob(byteCount: Int)

    /// No value that the bridge understands is as long as this many bytes; what is longer is cut on reading, so that one row
    /// cannot fill the memory.
    public static let longestText = 1024

    /// The value for an administrator's screen: control characters and those that turn the direction of writing are shown
    /// as `\u{…}`, at most 120 characters; `nil` for NULL.
    public var printable: String? {
        switch self {
        case .null: nil
        case .integer(let value): String(value)
        case .real(let value): String(value)
        case .text(let text): Self.printable(text)
        case .blob(let byteCount): "<blob of \(byteCount) bytes>"
        }
    }

    private static func printable(_ text: String) -> String {
        var shown = ""
        var room = 120
        for scalar in text.unicodeScalars {
            guard room > 0 else { return shown + "…" }
            room -= 1
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse, .surrogate:
                shown += "\\u{\(String(scalar.value, radix: 16))}"
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }
}
