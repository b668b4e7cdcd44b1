import Audit
import BridgeConfiguration
import HostAccounts
import Identity
import Logging
import Sessions
import SignIn
import StoreClient
import UserStore

/// What the routes work with.
struct BridgeParts: Sendable {
    let live: LiveConfiguration
    let store: any UserStore
    let register: SessionRegister
    let assertions: AssertionStore
    let serverKey: ServerKey
    let signIn: SignInService
    let tables: VerifyTables
    let gate: VerifyGate
    let audit: AuditLog
    let health: BridgeHealth
    let metrics: BridgeMetrics
    let usage: UsageDesk
    /// Makes administrators' changes of the store.
    let storeClient: StoreClient
    let logger: Logger
    /// Whether the services behind the bridge run.
    var states = ServiceStates()
    /// `nil` where there is no Portainer.
    var portainer: PortainerDesk?

    /// The configuration in force now.
    var configuration: Configuration { live.current }

    /// The services that people of `role` may use, by name.
    func services(for role: Role) -> [(name: ServiceName, service: Configuration.Service)] {
        configuration.services.filter { $0.value.roles.contains(role) }.sorted { $0.key < $1.key }
            .map { ($0.key, $0.value) }
    }

    /// What the store says now.
    /// - Throws: ``Problem`` of kind `unavailable`.
    func snapshot() throws -> StoreSnapshot {
        do throws(StoreError) {
            return try store.current()
        } catch {
            throw Problem.unavailable("The user store cannot be read at the moment.", retryAfter: 10)
        }
    }

    func metricsText() async -> String {
        let snapshot = try? store.current()
        let running = if let snapshot { await usage.running(among: snapshot.users) } else { UsageMetrics.none }
        return await metrics.text(
            verify: tables.counts(),
            sessions: register.all().count,
            storeAvailable: snapshot != nil,
            users: snapshot?.users.count ?? 0,
            findings: snapshot?.findings.count ?? 0,
            usage: running
        )
    }

    /// Notes something about a session in the audit log.
    func record(
        _ kind: AuditEvent.Kind,
        outcome: AuditEvent.Outcome? = nil,
        session: ActiveSession,
        reason: SessionEndReason? = nil,
        service: String? = nil,
        actor: UserName? = nil
    ) {
        audit.record(
            AuditEvent(
                kind,
                at: .now,
                outcome: outcome,
                user: session.principal.name.rawValue,
                client: session.client,
                session: session.id.rawValue,
                service: service,
                actor: actor?.rawValue,
                reason: reason?.rawValue
            )
        )
    }
}
