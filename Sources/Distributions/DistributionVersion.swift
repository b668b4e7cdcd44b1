/// A release's number: `24.04`, `9.5`, `43`.
public struct DistributionVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let major: Int
    /// The second number as it is counted (`04` is 4); none where the release has only one.
    public let minor: Int?

    public init(_ major: Int, _ minor: Int? = nil) {
        self.major = major
        self.minor = minor
    }

    /// The first one or two numbers of `VERSION_ID`; nil when it does not begin with one.
    public init?(_ text: String) {
        let numbers = text.split(separator: ".", omittingEmptySubsequences: false)
            .prefix { !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }.compactMap { Int($0) }
        guard let major = numbers.first else { return nil }
        self.init(major, numbers.count > 1 ? numbers[1] : nil)
    }

    /// With the second number in two digits from Ubuntu's, which count months; otherwise as it is.
    public var description: String { minor.map { "\(major).\($0)" } ?? "\(major)" }

    public static func < (left: Self, right: Self) -> Bool {
        (left.major, left.minor ?? 0) < (right.major, right.minor ?? 0)
    }
}
