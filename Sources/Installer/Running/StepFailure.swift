/// A step that could not be done.
public struct StepFailure: Error, Sendable, CustomStringConvertible {
    public let title: String
    /// What is in the way, and the way out.
    public let reason: String

    public init(title: String, reason: String) {
        self.title = title
        self.reason = reason
    }

    public var description: String { "\(title): \(reason)" }
}
