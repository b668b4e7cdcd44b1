/// Something that phases 0 to 2 of the platform left on this host and that hurts.
public struct LegacyFault: Codable, Sendable, Equatable {
    /// How soon a person should care.
    public enum Severity: String, Codable, Sendable, Comparable, CaseIterable {
        /// It is useless, or odd; nothing breaks.
        case note
        /// Something does not work, or is weaker than it looks.
        case warning
        /// Others can take the host or somebody's account, or the host will not start.
        case critical

        public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

        private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    /// Stable, for `diycloud doctor --fix ID` and for scripts: `user-api-exposed`.
    public let id: String
    public let severity: Severity
    /// What was found, with the raw evidence. No secret: passwords and hashes are left out.
    public let what: String
    /// Why it matters.
    public let why: String
    /// A command line for a person.
    public let remedy: String
    /// Whether ``LegacyRepair/mend(_:saveTo:)`` can mend it.
    public let isMendable: Bool

    public init(id: String, severity: Severity, what: String, why: String, remedy: String, isMendable: Bool) {
        self.id = id
        self.severity = severity
        self.what = what
        self.why = why
        self.remedy = remedy
        self.isMendable = isMendable
    }
}
