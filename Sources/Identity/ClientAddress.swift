/// The address of the browser or program at the far end, as nginx or a service reports it.
///
/// Parsed by ``init(_:)`` from text, never resolved. IPv4 addresses mapped into IPv6 (RFC 4291 §2.5.5.2) are folded to IPv4, so
/// that one machine has one spelling.
public struct ClientAddress: Hashable, Sendable, CustomStringConvertible {
    private enum Storage: Hashable, Sendable {
        case v4(UInt32)
        case v6(high: UInt64, low: UInt64)
        case local
    }

    private let storage: Storage

    /// A caller on this host that has no network address (a unix socket, the command line).
    public static let local = ClientAddress(storage: .local)

    private init(storage: Storage) { self.storage = storage }

    /// - Parameter text: an IPv4 or IPv6 address without port, brackets or zone; `nil` comes back for anything else.
    public init?(_ text: String) {
        if let v4 = Self.parseV4(Substring(text)) {
            self.storage = .v4(v4)
        } else if let groups = Self.parseV6(text) {
            let high = groups[0..<4].reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
            let low = groups[4..<8].reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
            if high == 0, low >> 32 == 0xffff {
                self.storage = .v4(UInt32(truncatingIfNeeded: low))
            } else {
                self.storage = .v6(high: high, low: low)
            }
        } else {
            return nil
        }
    }

    /// The network that failed sign-ins are counted for: the address itself for IPv4, its /64 for IPv6, since one household
    /// or one attacker commands a whole /64 (RFC 6177).
    public var regulationKey: String {
        switch storage {
        case .v4, .local: description
        case .v6(let high, _): "\(Self.format(high: high, low: 0))/64"
        }
    }

    public var description: String {
        switch storage {
        case .local: "local"
        case .v4(let value): "\(value >> 24).\(value >> 16 & 255).\(value >> 8 & 255).\(value & 255)"
        case .v6(let high, let low): Self.format(high: high, low: low)
        }
    }

    private static func format(high: UInt64, low: UInt64) -> String {
        let groups = (0..<4).map { high >> (48 - 16 * $0) & 0xffff } + (0..<4).map { low >> (48 - 16 * $0) & 0xffff }
        return groups.map { String($0, radix: 16) }.joined(separator: ":")
    }

    private static func parseV4(_ text: Substring) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var value: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }),
                part.utf8.count == 1 || part.utf8.first != 48, let octet = UInt8(part)
            else { return nil }
            value = value << 8 | UInt32(octet)
        }
        return value
    }

    private static func parseV6(_ text: String) -> [UInt16]? {
        guard text.utf8.count <= 45 else { return nil }
        guard let gap = text.firstRange(of: "::") else {
            let groups = parseGroups(Substring(text))
            return groups?.count == 8 ? groups : nil
        }
        let after = text[gap.upperBound...]
        guard !after.contains("::"), let head = parseGroups(text[..<gap.lowerBound]), let tail = parseGroups(after),
            head.count + tail.count <= 7
        else { return nil }
        return head + Array(repeating: 0, count: 8 - head.count - tail.count) + tail
    }

    /// Reads groups of hexadecimal digits; the last may be an IPv4 address (RFC 4291 §2.2.3).
    private static func parseGroups(_ text: Substring) -> [UInt16]? {
        guard !text.isEmpty else { return [] }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        var groups: [UInt16] = []
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, part.contains("."), let v4 = parseV4(part) {
                groups += [UInt16(v4 >> 16), UInt16(v4 & 0xffff)]
                continue
            }
            guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy(isHexDigit),
                let group = UInt16(part, radix: 16)
            else { return nil }
            groups.append(group)
        }
        return groups.count <= 8 ? groups : nil
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (byte >= 48 && byte <= 57) || (byte | 32 >= 97 && byte | 32 <= 102)
    }
}
