/// A range of IPv4 addresses in CIDR notation.
public struct Subnet: Sendable, Hashable, CustomStringConvertible {
    /// The first address, in host byte order; all bits after ``prefix`` are 0.
    public let base: UInt32
    /// 0 to 32.
    public let prefix: Int

    public init(base: UInt32, prefix: Int) {
        self.prefix = min(max(prefix, 0), 32)
        self.base = base & Self.mask(self.prefix)
    }

    /// Reads `10.213.0.0/16`; nothing for anything else, also for IPv6.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let prefix = Self.decimal(parts[1], upTo: 32) else { return nil }
        let octets = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        guard octets.count == 4 else { return nil }
        var base: UInt32 = 0
        for octet in octets {
            guard let value = Self.decimal(octet, upTo: 255) else { return nil }
            base = base << 8 | UInt32(value)
        }
        self.init(base: base, prefix: prefix)
    }

    public func overlaps(_ other: Subnet) -> Bool {
        let shorter = Self.mask(min(prefix, other.prefix))
        return base & shorter == other.base & shorter
    }

    /// The subnets of this one that have `length` bits, in order; none when it is smaller than that.
    public func divided(into length: Int) -> some Sequence<Subnet> {
        let length = min(max(length, 0), 32)
        let count: UInt64 = length < prefix ? 0 : 1 << UInt64(length - prefix)
        let (base, step) = (UInt64(base), UInt64(1) << UInt64(32 - length))
        return (0..<count).lazy.map { Subnet(base: UInt32(truncatingIfNeeded: base + $0 * step), prefix: length) }
    }

    public var description: String {
        "\(base >> 24).\(base >> 16 & 255).\(base >> 8 & 255).\(base & 255)/\(prefix)"
    }

    private static func mask(_ prefix: Int) -> UInt32 { prefix == 0 ? 0 : ~UInt32(0) << UInt32(32 - prefix) }

    private static func decimal(_ text: Substring, upTo limit: Int) -> Int? {
        guard (1...3).contains(text.utf8.count), text.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
        return Int(text).flatMap { $0 <= limit ? $0 : nil }
    }
}
