/// What systemd did not do.
public struct ServiceUnitError: Error, Sendable, CustomStringConvertible {
    public let name: String
    public let reason: String
    /// The last lines of its journal.
    public let journal: String

    public init(name: String, reason: String, journal: String = "") {
        self.name = name
        self.reason = reason
        self.journal = journal
    }

    public var description: String {
        "\(name): \(reason)" + (journal.isEmpty ? "" : "\n\(journal)")
    }
}
