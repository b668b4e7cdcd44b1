/// The envelope of every message: four bytes of length (big endian, 1 to ``maximumPayload``), then the payload. A payload begins with
/// ``version`` and the kind of the message.
public enum Frame {
    /// Both ends are the same executable; a number tells an upgrade in the middle from a fault.
    public static let version: UInt8 = 1
    public static let headerLength = 4
    /// The largest payload in bytes.
    public static let maximumPayload = 65_536

    /// The length of the payload that follows a header.
    /// - Parameter header: ``headerLength`` bytes.
    public static func payloadLength(header: UnsafeRawBufferPointer) throws(FrameError) -> Int {
        guard header.count == headerLength else { throw .truncated }
        let length = header.reduce(0) { $0 << 8 | Int($1) }
        guard length >= 1, length <= maximumPayload else { throw .badLength(length) }
        return length
    }
}
