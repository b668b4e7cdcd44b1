/// The name of a service that the bridge guards, as nginx says it in `X-Bridge-Service`: `^[a-z][a-z0-9-]{0,31}$`.
public struct ServiceName: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    public let rawValue: String

    /// - Parameter text: 1 to 32 characters; `nil` comes back when it is no service name.
    public init?(_ text: String) {
        let bytes = text.utf8
        guard let first = bytes.first, bytes.count <= 32, first >= UInt8(ascii: "a"), first <= UInt8(ascii: "z") else {
            return nil
        }
        let allowed = bytes.allSatisfy { byte in
            (byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z"))
                || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")) || byte == UInt8(ascii: "-")
        }
        guard allowed else { return nil }
        self.rawValue = text
    }

    public var description: String { rawValue }

    public static func < (left: ServiceName, right: ServiceName) -> Bool { left.rawValue < right.rawValue }
}
