/// One thing that is wrong in a configuration file.
public struct ConfigurationProblem: Sendable, Equatable {
    /// What is wrong with it.
    public enum Kind: Sendable, Equatable {
        /// No such key; `nearest` is the whole name of the key that was probably meant.
        case unknownKey(nearest: String?)
        /// The key is written twice in one mapping.
        case duplicateKey
        /// The value has the wrong type or is out of range. `value` is shortened and printable.
        case badValue(value: String, expected: String, example: String)
        /// Values that are right by themselves do not go together.
        case conflict(String)
    }

    /// The key, with dots: `session.idle`.
    public let key: String
    /// From 1; `nil` when the problem is in no one place.
    public let line: Int?
    /// From 1, in characters.
    public let column: Int?
    public let kind: Kind
}

extension ConfigurationProblem: CustomStringConvertible {
    public var description: String {
        switch kind {
        case .unknownKey(let nearest?): "\(key): unknown key; did you mean \(nearest)?"
        case .unknownKey(nil): "\(key): unknown key; see docs/configuration.md for all of them"
        case .duplicateKey: "\(key): written more than once; keep one"
        case .badValue(let value, let expected, let example):
            "\(key): \(value) does not fit; expected \(expected), for example \(example)"
        case .conflict(let text): "\(key): \(text)"
        }
    }
}
