/// Why a text is no user name.
public enum UserNameError: Error, Equatable, Sendable, CustomStringConvertible {
    case empty
    /// Longer than ``UserName/maximumLength``; `length` is in bytes.
    case tooLong(length: Int)
    case badFirstCharacter
    case badCharacter

    public var description: String {
        switch self {
        case .empty: "a user name cannot be empty"
        case .tooLong(let length):
            "a user name has at most \(UserName.maximumLength) characters, this one has \(length)"
        case .badFirstCharacter: "a user name starts with a lower-case letter or an underscore"
        case .badCharacter: "a user name has only lower-case letters, digits, underscores and hyphens"
        }
    }
}
