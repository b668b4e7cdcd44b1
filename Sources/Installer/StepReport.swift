/// What a step says while it works.
public struct StepReport: Sendable {
    private let saying: @Sendable (String) -> Void
    private let showing: @Sendable (String) -> Void

    public init(say: @escaping @Sendable (String) -> Void, output: @escaping @Sendable (String) -> Void) {
        saying = say
        showing = output
    }

    /// One line of progress; the next one takes its place on a terminal.
    public func say(_ line: String) { saying(line) }

    /// What a program printed: for the log, and for the screen when the step fails.
    public func output(_ text: String) { showing(text) }
}
