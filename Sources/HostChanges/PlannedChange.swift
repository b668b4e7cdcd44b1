/// One change to the host that a step would make, as it is shown before anything is done.
public struct PlannedChange: Codable, Equatable, Sendable {
    public enum Kind: String, Codable, Sendable, CaseIterable {
        case package, repository, account, directory, file, link, unit, command, policy, firewall, container
    }

    public let kind: Kind
    /// One line: "create /etc/pam.d/diycloud-bridge".
    public let summary: String
    /// More lines, when one does not say it.
    public let details: [String]
    /// A unified diff, for files that are there already. Never of a file that holds a secret.
    public let diff: String?

    public init(_ kind: Kind, _ summary: String, details: [String] = [], diff: String? = nil) {
        self.kind = kind
        self.summary = summary
        self.details = details
        self.diff = diff
    }
}
