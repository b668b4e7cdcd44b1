/// An amount of memory or disk, in bytes. Never negative.
public struct ByteCount: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The amount in bytes, 0 to 2^63 - 1.
    public let bytes: Int64

    /// - Parameter bytes: 0 to 2^63 - 1; `nil` comes back for a negative number.
    public init?(bytes: Int64) {
        guard bytes >= 0 else { return nil }
        self.bytes = bytes
    }

    private init(unchecked bytes: Int64) { self.bytes = bytes }

    /// - Parameter count: binary megabytes (1 MiB = 1,048,576 bytes), 0 to 2^43 - 1.
    public static func mebibytes(_ count: UInt32) -> ByteCount { ByteCount(unchecked: Int64(count) << 20) }

    /// - Parameter count: binary gigabytes (1 GiB = 1,073,741,824 bytes).
    public static func gibibytes(_ count: UInt32) -> ByteCount { ByteCount(unchecked: Int64(count) << 30) }

    public static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }

    /// The amount for a person: the largest binary unit in which it has at most three decimals (`1.5 GiB`).
    public var description: String {
        let units: [(name: String, shift: Int64)] = [("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10)]
        for unit in units where bytes >= 1 << unit.shift {
            let tenths = (Double(bytes) / Double(Int64(1) << unit.shift) * 10).rounded() / 10
            return tenths == tenths.rounded() ? "\(Int64(tenths)) \(unit.name)" : "\(tenths) \(unit.name)"
        }
        return "\(bytes) B"
    }
}

extension ByteCount: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = ByteCount(bytes: try container.decode(Int64.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "an amount cannot be negative")
        }
        self = value
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(bytes)
    }
}
