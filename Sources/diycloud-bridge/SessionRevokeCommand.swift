import ArgumentParser
import Audit
import Identity
import Sessions

/// `diycloud-bridge session revoke`
struct SessionRevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "End sessions.",
        discussion: "A running bridge, and the services that ask it, obey within a second."
    )

    @OptionGroup var database: DatabaseOption

    @Argument(help: ArgumentHelp("The session, as `session list` shows it.", valueName: "ID"))
    var id: String?

    @Option(help: ArgumentHelp("Every session of this user.", valueName: "NAME"))
    var user: String?

    @Flag(help: "Every session of everybody.")
    var all = false

    func validate() throws {
        guard [id != nil, user != nil, all].filter({ $0 }).count == 1 else {
            throw ValidationError("Say one of: ID, --user NAME, --all.")
        }
        if let id, SessionID(id) == nil {
            throw ValidationError("\"\(id)\" is no session; see: diycloud-bridge session list")
        }
        if let user, (try? UserName(user)) == nil { throw ValidationError("\"\(user)\" is no user name.") }
    }

    func run() async throws {
        let store = SQLiteSessionStore(database: try database.open())
        let chosen = try await store.load(now: .now).filter { session in
            all || session.id.rawValue == id || session.principal.name.rawValue == user
        }
        guard !chosen.isEmpty || id == nil else {
            throw CommandFailure("There is no session \(id ?? ""); it may have ended already.")
        }
        try await store.end(chosen.map(\.id), reason: .revoked, now: .now)
        try database.record(chosen.map(Self.event))
        print(chosen.count == 1 ? "1 session ended." : "\(chosen.count) sessions ended.")
    }

    private static func event(_ session: SessionRecord) -> AuditEvent {
        AuditEvent(
            .sessionEnded,
            at: .now,
            outcome: .success,
            user: session.principal.name.rawValue,
            client: session.client,
            session: session.id.rawValue,
            actor: ServiceOwner.caller,
            reason: SessionEndReason.revoked.rawValue,
            detail: "session revoke"
        )
    }
}
