import ArgumentParser
import HostChanges
import Installer
import ManagedFiles

struct InstallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install",
        abstract: "Install the cloud, or a part of it.",
        discussion: """
            Shows what it would do, asks, does it, and looks at the result. What is there already is used as it is. Safe to run again: \
            after an error, after it was killed, or to see whether something has changed since.

            Exit code 0: everything is in place. 1: something is not. 2 with --dry-run: there is something to do.
            """
    )

    @OptionGroup var host: HostOptions
    @OptionGroup var choices: InstallChoices

    @Flag(name: [.short, .long], help: "Do not ask.")
    var yes = false

    @Flag(name: [.customShort("n"), .long], help: "Only show what would be done.")
    var dryRun = false

    func run() async throws {
        if dryRun {
            try await PlanCommand.show(host, choices, format: .text)
            return
        }
        try HostOptions.requireRoot("install")
        try await InstallRun(host, choices, command: "install", yes: yes).run()
    }
}
