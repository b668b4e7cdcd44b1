import ArgumentParser
import Doctor
import Foundation
import HostChanges
import Installer
import ProductRelease
import ServiceUnits

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show on one screen what runs, since when, for whom, and what waits for an administrator.",
        discussion: """
            Changes nothing, and judges nothing: "diycloud doctor" does. Needs root, since it asks the services themselves.

            For programs:
              diycloud status --format json

            EXIT CODE: 0 everything that is installed runs; 1 something does not.
            """
    )

    @OptionGroup var options: HostOptions
    @OptionGroup var format: FormatOption

    func run() async throws {
        try HostOptions.requireRoot("status")
        let host = try await options.host(readOnly: true) { _ in }
        let status = await CloudStatus.look(host, recipes: Recipes.all, release: Release.version)
        switch format.format {
        case .text: print(StatusText(status, isTerminal: TerminalText.isTerminal))
        case .json: try FormatOption.printJSON(status)
        }
        if status.units.contains(where: { !$0.isRunning }) { throw ExitCode.failure }
    }
}
