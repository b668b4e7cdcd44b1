public import ArgumentParser
public import Identity
import UserStore

struct FindingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "findings",
        abstract: "List what is doubtful in the user store, and what is assumed instead.",
        discussion: """
            The store is only read. A finding keeps its id until its row is mended. The \
            exit code is 0 whether there are any or not.

            For one user:
              diycloud-bridge user show bob
            For programs:
              diycloud-bridge findings --format json
            Only one kind:
              diycloud-bridge findings --kind well-known-password
            """
    )

    @OptionGroup var options: StoreOption
    @OptionGroup var report: FormatOption

    @Option(name: .long, help: ArgumentHelp("Only findings of this kind.", valueName: "kind"))
    var kind: FindingKind?

    func run() throws {
        let all = try StoreReader(options: options).read().findings
        let findings = kind.map { kind in all.filter { $0.kind == kind } } ?? all
        guard report.format == .text else { return try report.printJSON(findings) }
        guard !findings.isEmpty else { return print("Nothing is doubtful.") }
        var table = TextTable("ID", "USER", "VALUE", "ASSUMED")
        for finding in findings {
            table.add(finding.id, finding.user ?? "-", finding.rawValue.map { "`\($0)`" } ?? "-", finding.assumed)
        }
        print(table)
    }
}

extension FindingKind: ExpressibleByArgument {}
