/// The name of a person, in the one spelling that Linux, the user store, JupyterHub and Portainer share.
///
/// A value of this type is always safe as a path component, a header value, a cgroup name and a program argument:
/// it matches `^[a-z_][a-z0-9_-]{0,31}$` (the portable subset of useradd(8) and `NAME_REGEX` in adduser.conf(5)).
/// Whether the name may *sign in* is another question: see ``isReserved``.
public struct UserName: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The name as text.
    public let rawValue: String

    /// Checks a name and takes it as it is, without folding case.
    /// - Parameter text: 1 to 32 ASCII characters.
    /// - Throws: ``UserNameError`` that says which rule the text breaks.
    public init(_ text: String) throws(UserNameError) {
        let bytes = text.utf8
        guard let first = bytes.first else { throw .empty }
        guard bytes.count <= Self.maximumLength else { throw .tooLong(length: bytes.count) }
        guard Self.isLetter(first) || first == UInt8(ascii: "_") else { throw .badFirstCharacter }
        guard bytes.allSatisfy(Self.isAllowed) else { throw .badCharacter }
        self.rawValue = text
    }

    /// The longest name that Linux tools accept, in bytes (useradd(8)).
    public static let maximumLength = 32

    /// Whether the name belongs to the system or to a service, so that no person may have it.
    public var isReserved: Bool { ReservedNames.all.contains(rawValue) }

    public var description: String { rawValue }

    public static func < (left: UserName, right: UserName) -> Bool { left.rawValue < right.rawValue }

    private static func isLetter(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        isLetter(byte) || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }
}

extension UserName: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        do {
            self = try UserName(text)
        } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}
