import ArgumentParser
import BridgeConfiguration
import BridgeServer
import Glibc
import Logging
import Privileges

/// `diycloud-bridge serve`: the service.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the service.",
        discussion: """
            Under systemd it is started without privileges, with its sockets open already (config/systemd). Started as root by hand it \
            opens its sockets and secret files, leaves a small root process that only starts PAM workers, and becomes the user that the \
            configuration names.

            SIGTERM and SIGINT stop it, SIGHUP reads the configuration again.
            """
    )

    @OptionGroup var config: ConfigOption

    func run() async throws {
        let configuration = try config.load()
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        let logger = Self.logger(configuration.log)
        do {
            let inherited = try InheritedDescriptors.fromEnvironment()
            if geteuid() == 0 {
                try RootStart(configuration: configuration, file: config.file).run(logger: logger)
            }
            try ProcessPrivileges.harden()
            ProcessPrivileges.raiseDescriptorLimit(to: 65_536)
            let service = BridgeService(
                configuration: configuration,
                configurationPath: config.file,
                entrances: try ServeEntrances(configuration: configuration, inherited: inherited).open(),
                logger: logger,
                whenReady: {
                    logger.notice("ready")
                    ReadinessNotification.ready()
                }
            )
            try await service.run()
        } catch {
            logger.critical("\(error)")
            throw ExitCode(1)
        }
    }

    private static func logger(_ log: Configuration.Log) -> Logger {
        var logger = Logger(label: "diycloud-bridge")
        logger.logLevel = Logger.Level(rawValue: log.level.rawValue) ?? .info
        return logger
    }
}
