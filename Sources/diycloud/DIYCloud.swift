import ArgumentParser
import ProductRelease

/// The companion: installs the cloud on a host, and looks after it.
@main
struct DIYCloud: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diycloud",
        abstract: "Turns a Linux server into a small cloud: notebooks and containers with one login and one quota.",
        discussion: """
            Everything is planned and shown before it is done, looked at afterwards, and written down so that "diycloud uninstall" can take \
            it back. Running a command again does nothing when there is nothing to do, and finishes what was interrupted.

            EXAMPLES:
              diycloud plan                      what "install" would change; changes nothing
              diycloud install                   shows the plan, asks, does it
              diycloud install jupyterhub --profile minimal
              diycloud status
              diycloud doctor
              diycloud backup /root/cloud.tar    everything that the cloud is, in one file
              diycloud restore /root/cloud.tar
              diycloud uninstall                 data, homes and the user store stay
            """,
        version: Release.version,
        subcommands: [
            InstallCommand.self, PlanCommand.self, UpgradeCommand.self, UninstallCommand.self, StatusCommand.self,
            DoctorCommand.self, BackupCommand.self, RestoreCommand.self,
        ]
    )
}
