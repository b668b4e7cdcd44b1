import ArgumentParser
import UserStore

struct UserEnableCommand: ParsableCommand {
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

    func run() throws {
        let editor = try UserStoreEditor(options: options)
        try editor.setActive(true, of: name)
        try editor.report("\(name) may sign in.", user: name, options: options)
    }
}
