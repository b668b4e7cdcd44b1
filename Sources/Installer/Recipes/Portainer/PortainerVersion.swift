/// A version of Portainer: `2.33.5`.
struct PortainerVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    let parts: [Int]

    /// - Parameter text: a version, or a tag with something after it: `2.33.5-alpine`.
    init?(_ text: String) {
        let numbers = text.split(separator: "-", maxSplits: 1).first.map(String.init) ?? ""
        let parts = numbers.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        guard (2...3).contains(parts.count), !parts.contains(nil) else { return nil }
        self.parts = parts.compactMap(\.self) + (parts.count == 2 ? [0] : [])
    }

    /// Whether it can speak to an engine whose oldest API is this. Docker 29 knows none before 1.44, and older Portainers none after
    /// 1.43: they show every environment as down (portainer/portainer#12934). The long-term branch 2.33 learnt it in 2.33.5.
    func speaks(to oldestAPI: APIVersion) -> Bool {
        guard oldestAPI >= APIVersion(1, 44) else { return true }
        return parts[0] > 2 || parts[1] >= 36 || (parts[1] == 33 && parts[2] >= 5)
    }

    static func < (left: Self, right: Self) -> Bool { left.parts.lexicographicallyPrecedes(right.parts) }

    var description: String { parts.map { "\($0)" }.joined(separator: ".") }
}
