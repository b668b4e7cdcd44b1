import ArgumentParser
import BridgeConfiguration
import Privileges
import QuotaWorker

/// `diycloud-bridge quota-worker`: answers on descriptor 3 what people's files take.
struct QuotaWorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quota-worker",
        abstract: "Read disk quotas for serve, on descriptor 3 (started by systemd or by serve).",
        discussion: """
            Started with a connected unix socket as descriptor 3: by diycloud-bridge-quota.socket (Accept=yes), or by the root process \
            that "diycloud-bridge serve" leaves behind when there is no systemd. It is of no use by hand: see "diycloud-bridge usage".

            Only processes of root and of the configured "user" may speak to it, and it reads nothing about accounts below \
            "authentication.minimum_uid".
            """,
        shouldDisplay: false
    )

    @OptionGroup var config: ConfigOption

    func run() throws {
        let configuration = try config.load()
        let worker = QuotaWorkerProcess.Configuration(allowedUID: try ServiceUser(named: configuration.user).uid)
        let source = HostQuotaSource(minimumUID: configuration.authentication.minimumUID)
        throw ExitCode(QuotaWorkerProcess.run(worker, source: source))
    }
}
