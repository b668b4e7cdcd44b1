import ArgumentParser
import Installer

struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show what \"install\" would change. Changes nothing.",
        discussion: "Exit code 0: nothing to do. 2: there is something to do."
    )

    @OptionGroup var host: HostOptions
    @OptionGroup var choices: InstallChoices
    @OptionGroup var format: FormatOption

    func run() async throws { try await Self.show(host, choices, format: format.format) }

    static func show(_ options: HostOptions, _ choices: InstallChoices, format: ReportFormat) async throws {
        let host = try await options.host(readOnly: true) { choices.apply(to: &$0) }
        let plan = try await Installation(Recipes.of(choices.chosen(host.options)), on: host).plan()
        switch format {
        case .text: print(PlanText(plan, isTerminal: TerminalText.isTerminal))
        case .json: try FormatOption.printJSON(plan)
        }
        if plan.hasWork { throw ExitCode(2) }
    }
}
