/// Why bytes are no message. What breaks the rules once is not read further.
public enum FrameError: Error, Equatable, Sendable {
    /// A length of 0 or over ``Frame/maximumPayload``.
    case badLength(Int)
    /// The bytes end in the middle of a field.
    case truncated
    /// Bytes follow the last field.
    case trailingBytes
    case unsupportedVersion(UInt8)
    case unknownKind(UInt8)
    /// A field holds what it may not; `field` names it.
    case badValue(field: String)
}
