/// What one check came to.
public struct CheckReport: Codable, Sendable, Equatable {
    public let id: String
    public let title: String
    /// The worst first; empty when all is well.
    public let findings: [Finding]
    /// Why it could not be told; nil when it could.
    public let unchecked: String?

    public init(id: String, title: String, findings: [Finding], unchecked: String?) {
        self.id = id
        self.title = title
        self.findings = findings.sorted { $0.severity > $1.severity }
        self.unchecked = unchecked
    }

    public var isWell: Bool { findings.isEmpty && unchecked == nil }
    public var worst: Severity? { findings.first?.severity }
    public var isFixable: Bool { findings.contains(where: \.isFixable) }
}
