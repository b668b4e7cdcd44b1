/// Something that a check found.
public struct Finding: Codable, Sendable, Equatable {
    public let severity: Severity
    /// What was found, with the raw evidence. Never a secret.
    public let what: String
    /// Why it matters.
    public let why: String
    /// The command that mends it, or what a person has to do.
    public let remedy: String
    /// Whether ``Check/fix()`` mends it.
    public let isFixable: Bool

    public init(_ severity: Severity, _ what: String, why: String, remedy: String, isFixable: Bool = false) {
        self.severity = severity
        self.what = what
        self.why = why
        self.remedy = remedy
        self.isFixable = isFixable
    }
}
