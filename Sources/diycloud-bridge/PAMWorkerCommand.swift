import ArgumentParser
import BridgeConfiguration
import PAMWorker
import Privileges

/// `diycloud-bridge pam-worker`: one conversation with PAM on descriptor 3, then the end.
struct PAMWorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pam-worker",
        abstract: "Hold one conversation with PAM on descriptor 3 (started by systemd or by serve).",
        discussion: """
            Started with a connected unix socket as descriptor 3: by diycloud-bridge-pam.socket (Accept=yes), or by the root process \
            that "diycloud-bridge serve" leaves behind when there is no systemd. It is of no use by hand.

            What it asks PAM, and for how long, is said by "pam" of the configuration, never by who connects. Only processes of root \
            and of the configured "user" may speak to it, and not about accounts below "authentication.minimum_uid".
            """,
        shouldDisplay: false
    )

    @OptionGroup var config: ConfigOption

    func run() throws {
        let configuration = try config.load()
        let worker = WorkerProcess.Configuration(
            service: configuration.pam.service,
            serviceDirectory: configuration.pam.confdir,
            allowedUID: try ServiceUser(named: configuration.user).uid,
            minimumUID: configuration.authentication.minimumUID,
            accountsGroup: configuration.accounts.group,
            stepLimit: configuration.pam.stepLimit,
            conversationLimit: configuration.pam.conversationLimit
        )
        throw ExitCode(WorkerProcess.run(worker))
    }
}
