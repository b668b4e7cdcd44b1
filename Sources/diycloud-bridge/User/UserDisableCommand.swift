import ArgumentParser
import UserStore
import UserSync

struct UserDisableCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable",
        abstract: "Switch a user off.",
        discussion: """
            Within one second every session of theirs ends at the bridge, and they \
            cannot sign in again. Their files stay. As root, where the account is ours, \
            it is locked at once and what they run is stopped.

            Example:
              diycloud-bridge user disable bob
            """
    )

    @OptionGroup var options: StoreOption

    @Argument(help: "The name, as the store has it.")
    var name: String

    func run() async throws {
        let editor = try UserStoreEditor(options: options)
        try editor.setActive(false, of: name)
        try editor.report("\(name) is switched off.", user: name, options: options)
        try await TakeEffect(options).run(for: name, areas: SyncScope().areas, isOff: true)
    }
}
