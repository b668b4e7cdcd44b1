/// Why bytes are not the one JSON value that they should be.
public enum JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Something is not in the grammar of RFC 8259; at this offset in bytes.
    case unexpected(offset: Int)
    /// A string is not UTF-8, or escapes half of a surrogate pair; at this offset in bytes.
    case invalidText(offset: Int)
    /// Arrays and objects are nested deeper than allowed.
    case tooDeep(limit: Int)
    /// Two keys of one object would be read as the same field.
    case ambiguous(key: String)
    /// An object of a request has more members than any call needs; rules that look at each beside each would take hours.
    case tooMany(limit: Int)

    public var description: String {
        switch self {
        case .unexpected(let offset): "not valid JSON at byte \(offset)"
        case .invalidText(let offset): "text that is not valid Unicode at byte \(offset)"
        case .tooDeep(let limit): "nested deeper than \(limit) levels"
        case .ambiguous(let key): "the field \"\(key)\" is there twice"
        case .tooMany(let limit): "an object with more than \(limit) fields"
        }
    }
}

extension DockerRefusal {
    /// 400 for a body or an argument that is not acceptable JSON.
    /// - Parameter what: What could not be read, as in "The body" or "The argument filters".
    public init(_ error: JSONError, what: String) {
        self.init(status: 400, message: "\(what) was refused: \(error).", reason: "bad-json")
    }
}
