import ArgumentParser

/// The one program of the bridge.
@main
struct DIYCloudBridge: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diycloud-bridge",
        abstract: "Knows who somebody is and what they may use, for JupyterHub, Portainer and the portal.",
        discussion: """
            The service itself is "diycloud-bridge serve"; nginx and JupyterHub ask it. The other commands are for the administrator and \
            work whether it runs or not. What they change counts within a second.

            EXAMPLES:
              diycloud-bridge check-config
              diycloud-bridge user list
              diycloud-bridge user disable alice
              diycloud-bridge session list --user alice
              diycloud-bridge sync-users --dry-run
              diycloud-bridge usage --watch
              diycloud-bridge findings
            """,
        version: "1.0.0",
        subcommands: [
            ServeCommand.self, SyncUsersCommand.self, InitCommand.self, UserCommand.self, SessionCommand.self,
            UsageCommand.self, FindingsCommand.self, RegulationCommand.self, CheckConfigCommand.self,
            PAMWorkerCommand.self, QuotaWorkerCommand.self, StoreWorkerCommand.self, DockerGuardCommand.self,
        ]
    )
}
