/// A password that an administrator sets: 1 to 511 bytes of UTF-8 without control characters.
///
/// A newline once let `chpasswd` set another account's password (fault F-20), a NUL ends the text for every C library, and libpam
/// takes at most 511 bytes (PAM_MAX_RESP_SIZE).
public struct NewPassword: Sendable {
    public let text: String

    /// The longest password, in bytes.
    public static let maximumLength = 511

    /// - Throws: ``NewPasswordError`` that says which rule the text breaks, without the text.
    public init(_ text: String) throws(NewPasswordError) {
        guard !text.isEmpty else { throw .empty }
        guard text.utf8.count <= Self.maximumLength else { throw .tooLong }
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw .controlCharacter
        }
        self.text = text
    }
}

/// Why a text can be no password.
public enum NewPasswordError: Error, Equatable, Sendable, CustomStringConvertible {
    case empty
    case tooLong
    case controlCharacter

    public var description: String {
        switch self {
        case .empty: "A password cannot be empty."
        case .tooLong: "A password has at most \(NewPassword.maximumLength) bytes."
        case .controlCharacter: "A password cannot contain control characters, such as a tab or a line break."
        }
    }
}
