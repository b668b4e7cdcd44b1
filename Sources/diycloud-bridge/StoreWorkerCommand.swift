import ArgumentParser
import BridgeConfiguration
import Privileges
import StoreWorker

/// `diycloud-bridge store-worker`: makes administrators' changes of the user store, asked on descriptor 3.
struct StoreWorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store-worker",
        abstract: "Change the user store for serve, on descriptor 3 (started by systemd or by serve).",
        discussion: """
            Started with a connected unix socket as descriptor 3: by diycloud-bridge-store.socket (Accept=yes), or by the root process \
            that "diycloud-bridge serve" leaves behind when there is no systemd. It is of no use by hand: see "diycloud-bridge user".

            Only processes of root and of the configured "user" may speak to it. Each request shows the session of an administrator, which \
            is looked up here; it can set a quota or switch somebody on or off, and nothing else.
            """,
        shouldDisplay: false
    )

    @OptionGroup var config: ConfigOption

    func run() throws {
        let configuration = try config.load()
        let user = try ServiceUser(named: configuration.user)
        let worker = StoreWorkerProcess.Configuration(
            serviceUser: user.uid,
            serviceGroup: user.gid,
            storePath: configuration.store.path,
            databasePath: configuration.database.path,
            sessionIdle: configuration.session.idle.components.seconds,
            sessionLifetime: configuration.session.lifetime.components.seconds
        )
        throw ExitCode(StoreWorkerProcess.run(worker))
    }
}
