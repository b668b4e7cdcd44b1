import ArgumentParser
import BridgeConfiguration
import Foundation

/// `diycloud-bridge check-config`: is the file right, does it fit this host, and what is in force?
struct CheckConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-config",
        abstract: "Check the configuration file and the files and accounts that it names.",
        discussion: """
            Prints what is wrong, each with its line and the way out, then every value in force, whether it comes from the
            file or is a default. Exit code 0: fine, perhaps with warnings; 1: the service would not start like this.
            """
    )

    @OptionGroup var config: ConfigOption

    @OptionGroup var format: FormatOption

    @Flag(inversion: .prefixedNo, help: "Look for the files and accounts that the configuration names.")
    var host = true

    func run() throws {
        let report = Report(file: config.file, looksAtHost: host)
        switch format.format {
        case .text: print(report.text)
        case .json: try format.printJSON(report)
        }
        if !report.isFine { throw ExitCode(1) }
    }
}

extension CheckConfigCommand {
    /// What was found. Encodes as `{"file", "ok", "problems": [], "remarks": [], "values": {}}`.
    struct Report: Encodable {
        struct Problem: Encodable {
            let line: Int?
            let column: Int?
            let key: String?
            let text: String
        }

        struct Remark: Encodable {
            let severity: String
            let key: String
            let text: String
        }

        let file: String
        let ok: Bool
        let problems: [Problem]
        let remarks: [Remark]
        let values: [String: String]
        private let lines: [String]

        var isFine: Bool { ok }

        private enum CodingKeys: CodingKey {
            case file, ok, problems, remarks, values
        }

        init(file: String, looksAtHost: Bool) {
            self.file = file
            do throws(ConfigurationError) {
                let configuration = try Configuration.load(path: file)
                let place = URL(fileURLWithPath: file).path
                let found = looksAtHost ? HostCheck(configuration, file: place).remarks() : []
                ok = !found.contains { $0.severity == .error }
                problems = []
                remarks = found.map { Remark(severity: $0.severity.rawValue, key: $0.key, text: $0.text) }
                let values = configuration.values()
                self.values = Dictionary(values.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
                let width = values.map(\.key.count).max() ?? 0
                lines =
                    found.map(\.description) + (found.isEmpty ? [] : [""])
                    + values.map { "\($0.key.padding(toLength: width, withPad: " ", startingAt: 0))  \($0.value)" }
                    + ["", ok ? "\(file): fine" : "\(file): the file is fine, this host is not; see above"]
            } catch {
                ok = false
                problems = Self.problems(of: error)
                remarks = []
                values = [:]
                lines = [error.description]
            }
        }

        var text: String { lines.joined(separator: "\n") }

        private static func problems(of error: ConfigurationError) -> [Problem] {
            switch error {
            case .invalid(_, let problems):
                problems.map { Problem(line: $0.line, column: $0.column, key: $0.key, text: $0.description) }
            case .notYAML(_, let line, let column, let reason):
                [Problem(line: line, column: column, key: nil, text: "not YAML: \(reason)")]
            case .missing, .unreadable:
                [Problem(line: nil, column: nil, key: nil, text: error.description)]
            }
        }
    }
}
