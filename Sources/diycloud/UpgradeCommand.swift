import ArgumentParser

struct UpgradeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upgrade",
        abstract: "Bring what is installed to this release.",
        discussion: """
            Run it with the program of the new release (or after the new package was installed). Works on what was installed, with the \
            choices of then. Files that were changed by hand are left, and shown.
            """
    )

    @OptionGroup var host: HostOptions

    @Flag(help: "Write anew what was changed by hand. Files that are not ours are never written over.")
    var force = false

    @Flag(name: [.short, .long], help: "Do not ask.")
    var yes = false

    @Flag(name: [.customShort("n"), .long], help: "Only show what would be done.")
    var dryRun = false

    func run() async throws {
        var choices = InstallChoices()
        choices.force = force
        if dryRun {
            try await PlanCommand.show(host, choices, format: .text)
            return
        }
        try HostOptions.requireRoot("upgrade")
        try await InstallRun(host, choices, command: "upgrade", yes: yes).run()
    }
}
