/// An IP address in strict text: IPv4 in four decimal numbers without leading zeros (no octal, no `127.1`), IPv6 as in
/// RFC 4291 section 2.2 without a zone and without an IPv4 address inside of it.
struct HostAddress: Equatable {
    /// 4 or 16 bytes.
    let bytes: [UInt8]

    var isIPv4: Bool { bytes.count == 4 }
    /// 0.0.0.0 or ::, which is every address of its family.
    var isUnspecified: Bool { bytes.allSatisfy { $0 == 0 } }

    init?(_ text: String) {
        guard let bytes = text.utf8.contains(UInt8(ascii: ":")) ? Self.version6(text) : Self.version4(text) else {
            return nil
        }
        self.bytes = bytes
    }

    private static func version4(_ text: String) -> [UInt8]? {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy(ObjectName.isDigit),
                part.count == 1 || part.first != UInt8(ascii: "0"), let byte = UInt8(String(Substring(part)))
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    private static func version6(_ text: String) -> [UInt8]? {
        if let gap = firstGap(text) {
            guard let before = groups(gap.before), let after = groups(gap.after), before.count + after.count <= 14
            else {
                return nil
            }
            let bytes = before + [UInt8](repeating: 0, count: 16 - before.count - after.count) + after
            return isMapped(bytes) ? nil : bytes
        }
        guard let bytes = groups(text), bytes.count == 16, !isMapped(bytes) else { return nil }
        return bytes
    }

    private static func firstGap(_ text: String) -> (before: String, after: String)? {
        let bytes = Array(text.utf8)
        guard bytes.count > 1 else { return nil }
        for index in bytes.indices.dropLast() where bytes[index] == 0x3A && bytes[index + 1] == 0x3A {
            return (
                String(decoding: bytes[..<index], as: UTF8.self), String(decoding: bytes[(index + 2)...], as: UTF8.self)
            )
        }
        return nil
    }

    private static func groups(_ text: String) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        var bytes: [UInt8] = []
        for part in text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false) {
            guard (1...4).contains(part.count), part.first != UInt8(ascii: "+"), part.first != UInt8(ascii: "-"),
                let group = UInt16(String(Substring(part)), radix: 16)
            else { return nil }
            bytes += [UInt8(group >> 8), UInt8(group & 0xFF)]
        }
        return bytes
    }

    /// ::ffff:0:0/96, another spelling of an IPv4 address.
    private static func isMapped(_ bytes: [UInt8]) -> Bool {
        bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
    }
}
