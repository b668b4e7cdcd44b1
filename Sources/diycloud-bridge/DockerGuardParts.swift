import BridgeConfiguration
import DockerEngine
import DockerGuard
import DockerPolicy
import Foundation
import Identity
import Logging
import ServiceLifecycle
import Slices
import UserStore

/// What `docker-guard` is made of, as the configuration wants it.
struct DockerGuardParts {
    let services: [any Service]
    private let engine: EngineClient

    /// - Parameter whenReady: called once connections are taken.
    init(
        _ configuration: BridgeConfiguration.Configuration,
        entrances: [GuardEntrance],
        limits: GuardLimits,
        logger: Logger,
        whenReady: @escaping @Sendable () -> Void
    ) throws {
        let docker = configuration.docker
        let engine = EngineClient(.init(socket: docker.engine))
        let facts = EngineStanding(engine: engine)
        let objects = EngineObjects(client: engine)
        let store = SQLiteUserStore(path: configuration.store.path)
        let certificates = GuardCertificates(directory: docker.certificates, logger: logger)
        let layout = CgroupLayout.detect(
            controller: CgroupLayout.Choice(rawValue: configuration.limits.controller.rawValue) ?? .auto,
            treeName: configuration.limits.cgroup,
            forReading: true
        )
        let directory = HostCallerDirectory(
            store: store,
            configuration: .init(
                tasks: configuration.limits.tasks,
                administratorsAreUnrestricted: docker.administrators == .unrestricted,
                cgroups: CgroupParentRule(layout: layout, treeName: configuration.limits.cgroup)
            ),
            driver: { await facts.host().flatMap { CgroupParentRule.EngineDriver(rawValue: $0.driver) } },
            allowsCertificate: { certificates.allows(name: $0, serial: $1, now: Int64(time(nil))) }
        )
        let judge = LateJudge { [objects] in
            guard let host = await facts.host() else { return nil }
            return DockerJudge(
                .init(settings: Self.settings(docker, host)),
                engine: engine,
                objects: objects,
                networks: PersonNetworks(
                    client: engine,
                    objects: objects,
                    configuration: .init(
                        pool: Subnet(base: docker.addressPool.first, prefix: docker.addressPool.prefix),
                        subnetPrefix: docker.subnetPrefix,
                        perPerson: docker.networksPerUser
                    )
                ),
                imageOwners: ImageOwners(path: "\(docker.state)/images.json"),
                log: logger,
                person: { await directory.person($0) }
            )
        }
        self.engine = engine
        services = [
            StoreWatchService(store: store, logger: logger),
            GuardService(
                configuration: .init(
                    engineSocket: docker.engine,
                    entrances: entrances,
                    certificates: docker.certificates,
                    limits: limits
                ),
                callers: directory,
                judge: judge,
                certificates: certificates,
                changes: store.changes,
                logger: logger,
                whenReady: { _ in whenReady() }
            ),
        ]
    }

    func shutdown() async { await engine.shutdown() }

    private static func settings(_ docker: BridgeConfiguration.Configuration.Docker, _ host: EngineStanding.Host)
        -> GuardSettings
    {
        GuardSettings(
            publishedAddresses: docker.publishedAddresses,
            lowestPort: docker.lowestPort,
            allowsHomeBinds: docker.homeBinds,
            limitsCPU: host.isCgroupV2,
            engineCPUs: host.cpus,
            engineMemory: host.memory,
            canLimitStorage: host.canLimitStorage,
            remapsUsers: host.remapsUsers,
            requiresRemap: docker.userNamespace == .required
        )
    }
}

/// Watches the user store for as long as the guard runs, and says when nobody can be let in.
private struct StoreWatchService: Service {
    let store: SQLiteUserStore
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            let changes = store.changes
            await withTaskGroup(of: Void.self) { tasks in
                tasks.addTask { await store.run() }
                tasks.addTask {
                    for await _ in changes {
                        do { _ = try store.current() } catch {
                            logger.error("nobody is let in", metadata: ["reason": "\(error)"])
                        }
                    }
                }
            }
        }
    }
}
