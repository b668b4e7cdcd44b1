/// How a program ended, and what it said.
public struct ProgramResult: Sendable, Equatable {
    /// Its exit status; 128 and the number of the signal that killed it.
    public let status: Int32
    /// Its standard output, at most a megabyte.
    public let output: String
    /// Its standard error, at most 64 KiB.
    public let errors: String

    public init(status: Int32, output: String = "", errors: String = "") {
        self.status = status
        self.output = output
        self.errors = errors
    }

    /// The first thing it complained of, for a message to a person: one line, without control characters.
    public var complaint: String {
        let lines = (errors + "\n" + output).split(whereSeparator: \.isNewline)
        guard let line = lines.first(where: { !$0.allSatisfy(\.isWhitespace) }) else { return "exit status \(status)" }
        return String(
            String.UnicodeScalarView(line.unicodeScalars.prefix(400).filter { $0.value >= 32 && $0.value != 127 })
        )
    }
}
