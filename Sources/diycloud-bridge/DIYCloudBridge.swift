import ArgumentParser
import ProductRelease

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
        version: Release.version,
        subcommands: [
            ServeCommand.self, SyncUsersCommand.self, InitCommand.self, UserCommand.self, SessionCommand.self,
            UsageCommand.self, FindingsCommand.self, RegulationCommand.self, CheckConfigCommand.self,
            PAMWorkerCommand.self, QuotaWorkerCommand.self, StoreWorkerCommand.self, DockerGuardCommand.self,
        ]
    )

    /// As the library's own, but on the first thread, before there is any other: what a worker gives up of root's rights the kernel takes
    /// from the calling thread alone and from those that it starts (capabilities(7)). Commands that wait leave it by themselves.
    @MainActor
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var waiting = command as? any AsyncParsableCommand {
                try await waiting.run()
            } else {
                try command.run()
            }
        } catch {
            exit(withError: error)
        }
    }
}
