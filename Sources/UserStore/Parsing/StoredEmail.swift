/// A mail address of the store. The platform checks none, and the bridge passes it on in a header.
public enum StoredEmail: Sendable, Hashable {
    case absent
    case address(String)
    case refused

    /// - Parameter value: taken when it is `local@domain` of at most 254 bytes, made of the characters that RFC 5322 §3.2.3
    ///   allows in an atom (so also `d'a@x`) and of the letters of a host name.
    public init(_ value: StoredValue) {
        switch value {
        case .null: self = .absent
        case .text(""): self = .absent
        case .text(let text): self = Self.isAddress(text) ? .address(text) : .refused
        case .integer, .real, .blob: self = .refused
        }
    }

    private static func isAddress(_ text: String) -> Bool {
        let bytes = text.utf8
        guard bytes.count <= 254, let at = bytes.lastIndex(of: UInt8(ascii: "@")) else { return false }
        let local = bytes[..<at]
        let domain = bytes[bytes.index(after: at)...]
        return !local.isEmpty && local.count <= 64 && local.allSatisfy { isAlphanumeric($0) || atomMarks.contains($0) }
            && !domain.isEmpty
            && domain.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
    }

    private static let atomMarks = Set("!#$%&'*+-/=?^_`{|}~.".utf8)

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 32)
    }
}
