/// A JSON value (RFC 8259) that loses nothing on the way from a client to the engine.
///
/// Numbers keep the text in which they came, so that a limit is never rounded between check and use. Strings may hold any
/// scalar, NUL included. Compare them with care: `==` of Swift's `String` follows canonical equivalence (U+212A equals `K`),
/// the engine compares bytes.
public enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    /// The text of the number as it came; it matches the grammar of RFC 8259 section 6.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    /// A number made from an integer.
    public static func integer(_ value: Int64) -> JSONValue { .number(String(value)) }

    /// The text, when this is a string.
    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The truth, when this is `true` or `false`.
    public var bool: Bool? {
        if case .bool(let truth) = self { truth } else { nil }
    }

    /// The elements, when this is an array.
    public var array: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The members, when this is an object.
    public var object: JSONObject? {
        if case .object(let object) = self { object } else { nil }
    }

    /// The integer, when this is a number that Go's encoding/json would take for an `int64`: digits only, in range.
    public var integer: Int64? {
        if case .number(let text) = self { Int64(text) } else { nil }
    }

    /// Whether Go would leave a field at its zero value for this: null, "", 0, false, [] or {}.
    public var isZero: Bool {
        switch self {
        case .null: true
        case .bool(let truth): !truth
        case .number(let text): Double(text) == 0
        case .string(let text): text.utf8.isEmpty
        case .array(let elements): elements.isEmpty
        case .object(let object): object.isEmpty
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
}
