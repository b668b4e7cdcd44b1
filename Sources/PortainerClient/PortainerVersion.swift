/// A version of Portainer, such as 2.33.5.
public struct PortainerVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let major: Int
    public let minor: Int
    public let patch: Int

    public init(_ major: Int, _ minor: Int, _ patch: Int = 0) {
        self.major = major
        self.minor = minor
        self.patch = patch
    }

    /// Takes `2.33.5`, also with a suffix (`2.33.5-rc1`); `nil` when the text begins with no two numbers.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", maxSplits: 3).map { $0.prefix { ("0"..."9").contains($0) } }
        guard parts.count >= 2, let major = Int(parts[0]), let minor = Int(parts[1]) else { return nil }
        self.init(major, minor, parts.count > 2 ? Int(parts[2]) ?? 0 : 0)
    }

    public var description: String { "\(major).\(minor).\(patch)" }

    public static func < (left: Self, right: Self) -> Bool {
        (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
    }
}
