import ArgumentParser
import Glibc
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

            Only processes of root and of --allow-user may speak to it.
            """,
        shouldDisplay: false
    )

    @Option(help: "The PAM service: which file of /etc/pam.d says what to ask.")
    var service = "diycloud-bridge"

    @Option(help: "An absolute directory of service files to use instead of /etc/pam.d.")
    var confdir: String?

    @Option(help: "The user that serve runs as.")
    var allowUser: String?

    @Option(help: "Seconds that PAM may work between two questions, 1 to 600.")
    var stepLimit = 10

    @Option(help: "Seconds that a conversation may wait for a person, 1 to 3600.")
    var conversationLimit = 120

    func validate() throws {
        guard WorkerProcess.isServiceName(service) else {
            throw ValidationError(
                "--service must be 1 to 64 lower-case letters, digits, dots, underscores and hyphens."
            )
        }
        guard confdir?.hasPrefix("/") != false else { throw ValidationError("--confdir must be an absolute path.") }
        guard (1...600).contains(stepLimit) else { throw ValidationError("--step-limit must be 1 to 600.") }
        guard (1...3600).contains(conversationLimit) else {
            throw ValidationError("--conversation-limit must be 1 to 3600.")
        }
    }

    func run() throws {
        let configuration = WorkerProcess.Configuration(
            service: service,
            serviceDirectory: confdir,
            allowedUID: try allowUser.map { name in try ServiceUser(named: name).uid },
            stepLimit: .seconds(stepLimit),
            conversationLimit: .seconds(conversationLimit)
        )
        throw ExitCode(WorkerProcess.run(configuration))
    }
}
