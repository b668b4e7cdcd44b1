import ArgumentParser

struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user",
        abstract: "Look at and change the people of the user store.",
        discussion: """
            Every change is one transaction. Before the first one the store is copied \
            to `backups/` beside it.

            A first administrator:
              diycloud-bridge user add alice --role admin
            More for somebody:
              diycloud-bridge user set-quota bob --memory 4G --cpu 2
            Switched off at once:
              diycloud-bridge user disable bob
            """,
        subcommands: [
            UserListCommand.self, UserShowCommand.self, UserAddCommand.self, UserPasswdCommand.self,
            UserDisableCommand.self,
            UserEnableCommand.self, UserAdoptCommand.self, UserSetQuotaCommand.self, UserSetRoleCommand.self,
            UserDeleteCommand.self,
        ]
    )
}
