/// How soon a person should care.
public enum Severity: String, Codable, Sendable, CaseIterable, Comparable {
    /// Good to know; nothing is broken.
    case notice
    /// Something does not work, or is weaker than it looks.
    case warning
    /// People cannot work, or somebody can take what is not theirs.
    case critical

    public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
