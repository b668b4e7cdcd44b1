import ArgumentParser

/// `diycloud-bridge session …`
struct SessionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "session",
        abstract: "Show who is signed in, and sign people out.",
        subcommands: [SessionListCommand.self, SessionRevokeCommand.self]
    )
}
