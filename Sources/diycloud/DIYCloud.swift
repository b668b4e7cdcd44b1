import ArgumentParser

/// The companion: installs the cloud on a host, and looks after it.
@main
struct DIYCloud: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "diycloud")
}
