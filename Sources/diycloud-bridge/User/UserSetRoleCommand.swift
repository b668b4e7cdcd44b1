import ArgumentParser
import Identity
import UserStore
import UserSync

struct UserSetRoleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set-role",
        abstract: "Make a user an administrator, or an administrator a user.",
        discussion: """
            Their sessions end, so that the next sign-in carries the new role. As root, \
            where the account is ours, its groups follow at once.

            Example:
              diycloud-bridge user set-role alice admin
            """
    )

    @OptionGroup var options: StoreOption

    @Argument(help: "The name, as the store has it.")
    var name: String

    @Argument(help: "`user` or `admin`.")
    var role: Role

    func run() async throws {
        let editor = try UserStoreEditor(options: options)
        try editor.setRole(role, of: name)
        try editor.report("\(name) is \(role == .admin ? "an administrator" : "a user").", user: name, options: options)
        try await TakeEffect(options).run(for: name, areas: [.accounts, .jupyterhub])
    }
}
