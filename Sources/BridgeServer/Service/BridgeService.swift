import Audit
package import BridgeConfiguration
import BridgeDatabase
import Credentials
import Glibc
import HostAccounts
import Hummingbird
import Identity
package import Logging
import NIOPosix
import PAMClient
import PAMProtocol
import PortainerSignIn
import Regulation
import ServiceLifecycle
import Sessions
import SignIn
import Slices
import StoreClient
import SwitchOff
import UserStore

/// The whole service, from open sockets to answers. Needs no privilege: what does was opened before (``Entrances``).
package struct BridgeService: Sendable {
    let configuration: Configuration
    let configurationPath: String
    let entrances: Entrances
    let logger: Logger
    /// Called once people can be signed in.
    let whenReady: @Sendable () -> Void

    package init(
        configuration: Configuration,
        configurationPath: String,
        entrances: Entrances,
        logger: Logger,
        whenReady: @escaping @Sendable () -> Void
    ) {
        self.configuration = configuration
        self.configurationPath = configurationPath
        self.entrances = entrances
        self.logger = logger
        self.whenReady = whenReady
    }

    /// Serves until SIGTERM or SIGINT; SIGHUP reads the configuration again.
    /// - Throws: what kept it from starting, as an error whose description tells the way out.
    package func run() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let database = try BridgeDatabase.open(path: configuration.database.path)
        let audit = AuditLog(path: configuration.audit.path) { [logger] line in logger.error("\(line)") }
        let store = SQLiteUserStore(path: configuration.store.path)
        let register = SessionRegister(
            store: SQLiteSessionStore(database: database),
            configuration: SessionRegister.Configuration(configuration.session)
        )
        let regulator = Regulator(database: database, configuration: .init(configuration.regulation))
        let credentials = try CredentialStore(database: database)
        if credentials.method != .yescrypt {
            logger.warning(
                "this system's libcrypt has no yescrypt; store passwords are hashed by \(credentials.method)"
            )
        }
        let pam = PAMClient(configuration: .init(configuration.pam))
        let gate = VerifyGate()
        let tables = try await VerifyTables.make(
            on: group,
            rules: ServiceRules(configuration.services.mapValues(\.roles)),
            cookieName: configuration.session.cookieName,
            gate: gate
        )
        let signIn = SignInService(
            parts: .init(
                store: store,
                accounts: HostAccounts(),
                pam: pam,
                credentials: credentials,
                regulator: regulator,
                audit: audit
            ),
            configuration: SignInConfiguration(configuration)
        )
        let layout = CgroupLayout.detect(configuration.limits)
        if case .none(let reason) = layout {
            logger.warning("quotas of processor and memory are not in force: \(reason)")
        }
        let mint = entrances.portainerSecret == nil ? nil : configuration.portainer.url.map { PortainerMint(url: $0) }
        let parts = BridgeParts(
            live: LiveConfiguration(configuration),
            store: store,
            register: register,
            assertions: AssertionStore(database: database),
            serverKey: try await ServerKey.load(from: database, now: .now),
            signIn: signIn,
            tables: tables,
            gate: gate,
            audit: audit,
            health: BridgeHealth(store: store, database: database, gate: gate),
            metrics: BridgeMetrics(),
            usage: UsageDesk(configuration, layout: layout),
            storeClient: StoreClient(socketPath: configuration.store.workerSocket),
            logger: logger,
            portainer: desk(mint: mint, audit: audit)
        )
        try await register.load(now: .now)
        await register.addObserver(tables)
        await register.addObserver(SessionAudit(audit: audit))
        if let portainer = parts.portainer { await register.addObserver(portainer) }
        let usesPAM = configuration.authentication.sources.contains(.pam)
        if usesPAM {
            let state = try await PAMReadiness.check(pam)
            if parts.health.note(state) { logger.warning("\(state)") }
        }

        let storeWatch = StoreWatch(
            store: store,
            register: register,
            logger: logger,
            userDeleted: { try await credentials.remove($0) },
            availabilityChanged: { gate.isOpen = $0 }
        )
        var services: [any Service] =
            [
                StoreService(store: store),
                storeWatch,
                AccountWatch(register: register, pam: pam, logger: logger),
                Housekeeping(register: register, signIn: signIn, regulator: regulator, logger: logger),
                ReloadService(parts: parts, path: configurationPath),
                UsageSampler(desk: parts.usage, period: configuration.usage.sample),
            ] + listeners(parts, group: group)
        if usesPAM {
            services.append(HealthWatch(pam: pam, health: parts.health, logger: logger))
        }
        if let mint { services.append(PortainerMintService(mint: mint)) }
        audit.record(AuditEvent(.serviceStarted, at: .now))
        try await ServiceGroup(
            configuration: .init(services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        ).run()
        try? await register.flush()
        audit.record(AuditEvent(.serviceStopped, at: .now))
        audit.flush()
    }

    private func desk(mint: PortainerMint?, audit: AuditLog) -> PortainerDesk? {
        guard let mint, let secret = entrances.portainerSecret else { return nil }
        return PortainerDesk(
            clientSecret: secret,
            templates: configuration.portainer.templates,
            mint: mint,
            audit: audit,
            logger: logger
        )
    }

    /// Where Portainer's server calls, if there is one.
    private func portainerListener(_ parts: BridgeParts, group: MultiThreadedEventLoopGroup, readiness: Readiness)
        -> [any Service]
    {
        guard let desk = parts.portainer, let address = configuration.portainer.listen else { return [] }
        let responder = BridgeRouters.portainerRoutes(desk, logger: logger).responder()
        return [
            HTTPListener(
                name: "portainer",
                socket: .tcp(host: address.host, port: Int(address.port)),
                group: group,
                http: HTTPStack(responder: responder, idleTimeout: .seconds(15), logger: logger),
                verify: nil,
                allowedPeers: nil,
                limit: .forPortainer(),
                logger: logger,
                whenReady: { readiness.oneMore() }
            )
        ]
    }

    private func listeners(_ parts: BridgeParts, group: MultiThreadedEventLoopGroup) -> [any Service] {
        let secret = entrances.proxySecret.map { Array($0.utf8) }
        let routers = BridgeRouters(
            parts: parts,
            accounts: HostAccounts(),
            tokens: ServiceTokens(entrances.serviceTokens),
            proxySecret: secret
        )
        let readiness = Readiness(parts: parts.portainer == nil ? 2 : 3, then: whenReady)
        return [
            HTTPListener(
                name: "proxy",
                socket: entrances.proxy,
                group: group,
                // nginx lets go of idle connections after 60 s (keepalive_timeout). It must be the side that closes first, or
                // a request that crosses the close is lost.
                http: HTTPStack(responder: routers.proxy(), idleTimeout: .minutes(5), logger: logger),
                verify: VerifyEntrance(tables: parts.tables, proxySecret: secret),
                allowedPeers: entrances.proxyPeers,
                limit: .forProxy(),
                logger: logger,
                whenReady: { readiness.oneMore() }
            ),
            HTTPListener(
                name: "services",
                socket: entrances.services,
                group: group,
                // There are few connections to have, and on TCP every user of this host may take them. aiohttp, by which
                // JupyterHub asks, lets go after 15 s; a long poll of 30 s is no idle connection.
                http: HTTPStack(responder: routers.services(), idleTimeout: .seconds(45), logger: logger),
                verify: nil,
                allowedPeers: nil,
                limit: .forServices(),
                logger: logger,
                whenReady: { readiness.oneMore() }
            ),
        ] + portainerListener(parts, group: group, readiness: readiness)
    }
}
