/// A range of IPv4 addresses: `10.213.0.0/16` (RFC 4632 §3.1).
public struct IPv4Range: Sendable, Hashable, CustomStringConvertible {
    /// The first address, in the byte order of numbers: `10.0.0.1` is 0x0A000001. The bits after the prefix are 0.
    public let first: UInt32
    /// How many leading bits all addresses share, 0 to 32.
    public let prefix: Int

    init(octets: (UInt8, UInt8, UInt8, UInt8), prefix: Int) {
        first = [octets.0, octets.1, octets.2, octets.3].reduce(0) { $0 << 8 | UInt32($1) }
        self.prefix = prefix
    }

    /// - Parameter text: four decimal numbers without leading zeros, `/`, and 8 to 28; nothing after the prefix is set.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let prefix = Rule.number(8...28)(String(parts[1])) else { return nil }
        let octets = parts[0].split(separator: ".", omittingEmptySubsequences: false).map { part in
            part.utf8.count <= 3 ? Rule.number(0...255)(String(part)) : nil
        }
        guard octets.count == 4, !octets.contains(nil) else { return nil }
        let first = octets.compactMap(\.self).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard first & (UInt32.max >> UInt32(prefix)) == 0 else { return nil }
        self.first = first
        self.prefix = prefix
    }

    public var description: String {
        [24, 16, 8, 0].map { "\(first >> UInt32($0) & 255)" }.joined(separator: ".") + "/\(prefix)"
    }
}
