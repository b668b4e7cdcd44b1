import ArgumentParser
import UserStore
import UserSync

struct UserEnableCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable",
        abstract: "Let a user in again.",
        discussion: """
            Example:
              diycloud-bridge user enable bob
            """
    )

    @OptionGroup var options: StoreOption

    @Argument(help: "The name, as the store has it.")
    var name: String

    func run() async throws {
        let editor = try UserStoreEditor(options: options)
        try editor.setActive(true, of: name)
        try editor.report("\(name) may sign in.", user: name, options: options)
        try await TakeEffect(options).run(for: name, areas: SyncScope().areas)
    }
}
