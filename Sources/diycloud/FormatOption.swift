import ArgumentParser
import Foundation

/// How a command reports.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
}

/// The option of every command that reports.
struct FormatOption: ParsableArguments {
    @Option(name: .long, help: "How to report: for people, or for programs.")
    var format = ReportFormat.text

    /// Prints a value as JSON, the same value always as the same text.
    static func printJSON(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        print(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
}
