import ArgumentParser

/// `diycloud-bridge regulation …`
struct RegulationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "regulation",
        abstract: "Show and lift the bans that failed sign-ins have led to.",
        subcommands: [RegulationListCommand.self, RegulationLiftCommand.self]
    )
}
