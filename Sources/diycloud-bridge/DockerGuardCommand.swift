import ArgumentParser
import BridgeConfiguration
import DockerGuard
import Glibc
import Logging
import Privileges
import ServiceLifecycle

/// `diycloud-bridge docker-guard`: the Docker engine for everybody with an account.
struct DockerGuardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "docker-guard",
        abstract: "Stand in front of the Docker engine: people use Docker as themselves, within their quota.",
        discussion: """
            Listens at "docker.socket" for everybody on this host, who it is says the kernel, and at "docker.address" for Portainer, which \
            shows the certificate of the person it acts for. Each call is judged: a person sees and touches only what is their own, and what \
            they start runs in their own slice. People point their programs at it, in a shell or a notebook:

              export DOCKER_HOST=unix:///run/diycloud-bridge/docker.sock
              docker run --rm busybox echo hello

            Under systemd it is started as "docker.user" with the group of the engine's socket (config/systemd). Started as root by hand \
            it opens its sockets, becomes that user with the group of the engine's socket and that of the service, as the unit does, and stays in the foreground.

            When the engine is away, calls are answered by a sentence that says so, until it is back. SIGTERM lets plain calls finish for \
            a few seconds and ends streams.
            """
    )

    @OptionGroup var config: ConfigOption

    func run() async throws {
        let configuration = try config.load()
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        let logger = Self.logger(configuration.log)
        do {
            let inherited = try InheritedDescriptors.fromEnvironment()
            let start = DockerGuardStart(configuration)
            try start.refuseOwnSocket()
            if geteuid() == 0 { try start.becomeUser(configuration: config.file, logger: logger) }
            let entrances = try start.entrances(inherited)
            try ProcessPrivileges.harden()
            var limits = GuardLimits()
            limits.fit(descriptors: ProcessPrivileges.raiseDescriptorLimit(to: 65_536))
            let parts = try DockerGuardParts(
                configuration,
                entrances: entrances,
                limits: limits,
                logger: logger
            ) { [logger] in
                logger.notice("ready")
                ReadinessNotification.ready()
            }
            try await ServiceGroup(
                configuration: .init(
                    services: parts.services,
                    gracefulShutdownSignals: [.sigterm, .sigint],
                    logger: logger
                )
            ).run()
            await parts.shutdown()
        } catch {
            logger.critical("\(error)")
            throw ExitCode(1)
        }
    }

    private static func logger(_ log: Configuration.Log) -> Logger {
        var logger = Logger(label: "diycloud-docker-guard")
        logger.logLevel = Logger.Level(rawValue: log.level.rawValue) ?? .info
        return logger
    }
}
