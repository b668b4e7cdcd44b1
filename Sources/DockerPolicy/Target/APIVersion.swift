/// A version of the Engine API, as in the first segment of a path: `/v1.41/…`.
public struct APIVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let major: Int
    public let minor: Int

    public init(_ major: Int, _ minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// The oldest version that is passed on; older ones took the configuration of the host when a container was started.
    public static let oldest = APIVersion(1, 24)

    /// Reads `1.41`: one or two digits, a dot, one to three digits, no sign, no leading zero. Nil for anything else.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let major = Self.number(parts[0], digits: 2),
            let minor = Self.number(parts[1], digits: 3)
        else { return nil }
        self.init(major, minor)
    }

    public var description: String { "\(major).\(minor)" }

    public static func < (left: APIVersion, right: APIVersion) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }

    private static func number(_ text: some StringProtocol, digits: Int) -> Int? {
        let bytes = text.utf8
        guard (1...digits).contains(bytes.count), bytes.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        guard bytes.count == 1 || bytes.first != 0x30 else { return nil }
        return Int(text)
    }
}
