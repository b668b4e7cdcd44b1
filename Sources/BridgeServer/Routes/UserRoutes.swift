import Audit
import HostAccounts
import Hummingbird
import Identity
import UserStore

/// What services ask about people: `/api/v1/users/{name}`, its `spawn` and its `events`.
struct UserRoutes: Sendable {
    let parts: BridgeParts
    let accounts: HostAccounts

    private struct Person: Encodable {
        let user: UserDocument
        let active: Bool
    }

    func show(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        let record = try record(context)
        return try JSON.response(Person(user: UserDocument(record.principal), active: record.isActive))
    }

    /// What somebody uses now, and whether their limits hold.
    func usage(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        try JSON.response(await parts.usage.document(of: try record(context)))
    }

    private struct SpawnPlan: Encodable {
        struct Limits: Encodable {
            let cpuCores: Double
            let memoryBytes: Int64
            let diskBytes: Int64
            let tasks: Int
        }
        /// Where a server's processes belong, so that the limits hold for it.
        struct Cgroup: Encodable {
            let manager: String
            let directories: [String]
            let inForce: Bool
            @ExplicitNull var reason: String?
        }
        let name: String
        let uid: UInt32
        let gid: UInt32
        let home: String
        let shell: String
        let slice: String
        let limits: Limits
        let cgroup: Cgroup
        let gpu: Bool
        let environment: Environment
        let groups: [String]
    }

    /// Names of variables must stay as they are, so they are encoded apart from the snake-case rule.
    private struct Environment: Encodable {
        let variables: [String: String]

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(variables)
        }
    }

    /// What a notebook server of the person runs as, and with which limits.
    func spawn(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        let record = try record(context)
        guard record.isActive else {
            throw refusal("This account is switched off. Please ask your administrator.", for: record, context)
        }
        guard let account = try await accounts.lookUp(record.name) else {
            throw refusal(
                "There is no Linux account called \(record.name) on this server yet. Please ask your administrator.",
                for: record,
                context
            )
        }
        guard account.uid >= parts.configuration.authentication.minimumUID else {
            throw refusal("Accounts of the system cannot run notebooks.", for: record, context)
        }
        let quota = record.quota
        let layout = parts.usage.reader.layout
        let enforcement = parts.usage.enforcement(of: account.uid, quota: quota)
        return try JSON.response(
            SpawnPlan(
                name: record.name.rawValue,
                uid: account.uid,
                gid: account.gid,
                home: account.home,
                shell: account.shell,
                slice: account.slice,
                limits: .init(
                    cpuCores: quota.cpuCores,
                    memoryBytes: quota.memory.bytes,
                    diskBytes: quota.disk.bytes,
                    tasks: parts.usage.policy.tasks
                ),
                cgroup: .init(
                    manager: layout.manager,
                    directories: layout.directories(of: account.uid),
                    inForce: enforcement == .inForce,
                    reason: enforcement.reason
                ),
                gpu: quota.gpu,
                environment: Environment(variables: parts.configuration.spawn.environment),
                groups: record.principal.groups
            )
        )
    }

    private struct EventBody: Decodable {
        let event: String
        let server: String?
        let detail: String?
    }

    /// Takes what a service did for a person into the audit log.
    func event(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        let body = try await JSON.decode(EventBody.self, from: request)
        guard let name = try? UserName(context.parameters.require("name")) else { throw Self.unknown }
        guard body.event.utf8.count <= 64, body.event.utf8.allSatisfy(\.isTokenCharacter), !body.event.isEmpty else {
            throw Problem(.badRequest, .badRequest, "\"event\" is a word of at most 64 letters, digits and hyphens.")
        }
        parts.audit.record(
            AuditEvent(
                Self.kind(of: body.event),
                at: .now,
                user: name.rawValue,
                service: context.service,
                reason: body.event,
                detail: [body.server, body.detail].compactMap(\.self).joined(separator: " ")
            )
        )
        return Response(status: .noContent)
    }

    private static func kind(of event: String) -> AuditEvent.Kind {
        switch event {
        case "spawn": .spawn
        case "spawn-failed": .spawnRefused
        default: .serviceEvent
        }
    }

    private static let unknown = Problem(.notFound, .notFound, "There is no such user.")

    private func record(_ context: BridgeRequestContext) throws -> UserRecord {
        guard let name = try? UserName(context.parameters.require("name")) else { throw Self.unknown }
        let snapshot: StoreSnapshot
        do {
            snapshot = try parts.store.current()
        } catch {
            throw Problem.unavailable("The user store cannot be read at the moment.", retryAfter: 10)
        }
        guard let record = snapshot.users[name] else { throw Self.unknown }
        return record
    }

    private func refusal(_ sentence: String, for record: UserRecord, _ context: BridgeRequestContext) -> Problem {
        parts.audit.record(
            AuditEvent(
                .spawnRefused,
                at: .now,
                user: record.name.rawValue,
                service: context.service,
                reason: sentence
            )
        )
        return Problem(.forbidden, .mayNotSpawn, sentence)
    }
}
