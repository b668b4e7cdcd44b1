import Audit
import BridgeConfiguration
import BridgeDatabase
import Credentials
import Foundation
import HTTPTypes
import HostAccounts
import Hummingbird
import Identity
import Logging
import NIOCore
import NIOPosix
import PAMClient
import PortainerSignIn
import Regulation
import Sessions
import SignIn
import Slices
import StoreClient
import TestSupport
import UserStore

@testable import BridgeServer

/// The whole service in this process but for its listeners: a real store file, a real database, both routers.
final class TestBridge: Sendable {
    static let hubToken = "hub-token-0123456789abcdef0123456789abcdef"
    static let toolToken = "tool-token-0123456789abcdef0123456789abcdef"
    static let clientSecret = "client-secret-0123456789abcdef+/=%"
    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    let directory: TemporaryDirectory
    let file: StoreFile
    let store: SQLiteUserStore
    let register: SessionRegister
    let credentials: CredentialStore
    let parts: BridgeParts
    let routers: BridgeRouters
    let worker: ScriptedWorker?
    let proxy: any HTTPResponder<BridgeRequestContext>
    let services: any HTTPResponder<BridgeRequestContext>

    /// - Parameters:
    ///   - configuration: more lines of `bridge.yaml`.
    ///   - proxySecret: what nginx must show.
    ///   - script: makes PAM a source, with a worker that answers so.
    ///   - layout: where people's processes are counted.
    init(
        _ configuration: String = "",
        proxySecret: String? = nil,
        script: ScriptedWorker.Script? = nil,
        layout: CgroupLayout = .none(reason: "Nothing limits anything in this test."),
        portainer: (any TokenMint)? = nil,
        probe: any HealthProbe = HTTPHealthProbe()
    ) async throws {
        directory = try TemporaryDirectory()
        file = try StoreFile(in: directory)
        let configuration = try Configuration.parse(
            """
            authentication: {sources: [\(script == nil ? "store" : "pam, store")]}
            regulation: {failure_delay: 0s, pair: 5, client: 1000}
            services:
              jupyterhub: {title: Notebooks, url: /jupyter/, callback: /jupyter/hub/diycloud-login}
              portainer: {title: Containers, roles: [admin], callback: /portainer/in}
              plain: {title: Plain}
            disk: {worker_socket: \(directory.path("quota.sock"))}
            sync: {report: \(directory.path("sync.json"))}
            \(configuration)
            """,
            path: "bridge.yaml"
        )
        store = SQLiteUserStore(path: file.path)
        let database = try BridgeDatabase.open(path: directory.path("bridge.db"))
        register = SessionRegister(
            store: SQLiteSessionStore(database: database),
            configuration: SessionRegister.Configuration(configuration.session)
        )
        try await register.load(now: .now)
        credentials = try CredentialStore(database: database)
        let templates = directory.path("templates")
        let audit = AuditLog(path: directory.path("audit.log")) { _ in }
        let gate = VerifyGate()
        let tables = try await VerifyTables.make(
            on: MultiThreadedEventLoopGroup.singleton,
            rules: ServiceRules(configuration.services.mapValues(\.roles)),
            cookieName: configuration.session.cookieName,
            gate: gate
        )
        await register.addObserver(tables)
        let socket = directory.path("pam.sock")
        worker = try script.map { try ScriptedWorker(path: socket, script: $0) }
        parts = BridgeParts(
            live: LiveConfiguration(configuration),
            store: store,
            register: register,
            assertions: AssertionStore(database: database),
            serverKey: try await ServerKey.load(from: database, now: .now),
            signIn: SignInService(
                parts: .init(
                    store: store,
                    accounts: HostAccounts(),
                    pam: PAMClient(configuration: .init(socketPath: socket)),
                    credentials: credentials,
                    regulator: Regulator(database: database, configuration: .init(configuration.regulation)),
                    audit: audit
                ),
                configuration: SignInConfiguration(configuration)
            ),
            tables: tables,
            gate: gate,
            audit: audit,
            health: BridgeHealth(store: store, database: database, gate: gate),
            metrics: BridgeMetrics(),
            usage: UsageDesk(configuration, layout: layout, accounts: AccountTable(directory: directory.path("etc"))),
            storeClient: StoreClient(socketPath: directory.path("store.sock")),
            logger: Self.logger,
            states: ServiceStates(probe: probe),
            portainer: portainer.map { mint in
                PortainerDesk(
                    clientSecret: Self.clientSecret,
                    templates: templates,
                    mint: mint,
                    audit: audit,
                    logger: Self.logger
                )
            }
        )
        if let desk = parts.portainer { await register.addObserver(desk) }
        routers = BridgeRouters(
            parts: parts,
            accounts: HostAccounts(),
            tokens: ServiceTokens(["jupyterhub": Self.hubToken, "tool": Self.toolToken]),
            proxySecret: proxySecret.map { Array($0.utf8) }
        )
        proxy = routers.proxy()
        services = routers.services()
        gate.isOpen = true
        try addPeople()
    }

    /// `alice` and `bob` are users, `root-like` names are not, `ada` is an administrator; all have the password "correct horse".
    private func addPeople() throws {
        try file.add("alice", email: "alice@example.org", password: "correct horse")
        try file.add("bob", password: "correct horse")
        try file.add("ada", role: .admin, password: "correct horse")
        try file.add("gone", password: "correct horse")
        try file.sql("UPDATE users SET is_active = 0 WHERE username = 'gone'")
        refresh()
    }

    /// Has the store read again.
    func refresh() { store.refresh(now: .now + .seconds(60)) }

    /// A session without the sign-in form.
    func session(_ name: String, role: Role = .user) async throws -> (token: SessionToken, session: ActiveSession) {
        try await register.open(
            principal: Principal(name: try UserName(name), role: role, email: nil),
            client: .local,
            userAgent: "test",
            linuxAccount: false,
            now: .now
        )
    }

    /// What Portainer's listener works with, without a Portainer.
    func portainerDesk(mint: some TokenMint = NoMint()) throws -> PortainerDesk {
        PortainerDesk(
            clientSecret: Self.clientSecret,
            templates: directory.path("templates"),
            mint: mint,
            audit: parts.audit,
            logger: Self.logger
        )
    }

    func auditLog() throws -> String {
        parts.audit.flush()
        return try directory.text(of: "audit.log")
    }

    /// Asks the services' listener.
    func ask(
        _ method: HTTPRequest.Method,
        _ path: String,
        token: String? = TestBridge.hubToken,
        json: String? = nil
    ) async throws -> Reply {
        var headers: HTTPFields = [:]
        if let token { headers[.authorization] = "Bearer \(token)" }
        if json != nil { headers[.contentType] = "application/json" }
        return try await Reply(services, method, path, headers: headers, body: json ?? "")
    }
}
