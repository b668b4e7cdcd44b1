import ArgumentParser
import Audit
import Foundation
import Identity
import Sessions

/// `diycloud-bridge session list`
struct SessionListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the sessions that exist.")

    @OptionGroup var database: DatabaseOption

    @Option(help: ArgumentHelp("Only this user's sessions.", valueName: "NAME"))
    var user: String?

    @OptionGroup var report: FormatOption

    func validate() throws {
        if let user, (try? UserName(user)) == nil { throw ValidationError("\"\(user)\" is no user name.") }
    }

    func run() async throws {
        let store = SQLiteSessionStore(database: try database.open())
        let sessions = try await store.load(now: .now)
            .filter { user == nil || $0.principal.name.rawValue == user }
            .sorted {
                ($0.principal.name, $0.createdAt, $0.id.rawValue) < ($1.principal.name, $1.createdAt, $1.id.rawValue)
            }
        switch report.format {
        case .text: print(Self.table(sessions))
        case .json: try report.printJSON(["sessions": sessions.map(Entry.init)])
        }
    }

    private static func table(_ sessions: [SessionRecord]) -> String {
        var table = TextTable("SESSION", "USER", "ROLE", "FROM", "SIGNED IN", "LAST SEEN", "ENDS", "BROWSER")
        for session in sessions {
            table.add(
                session.id.rawValue,
                session.principal.name.rawValue,
                session.principal.role.rawValue,
                session.client.description,
                RFC3339.utc(session.createdAt),
                RFC3339.utc(session.lastSeen),
                RFC3339.utc(session.expiresAt),
                String(session.userAgent.prefix(40))
            )
        }
        return sessions.isEmpty ? "Nobody is signed in." : table.description
    }

    /// Times in RFC 3339.
    private struct Entry: Encodable {
        let id: String
        let user: String
        let role: String
        let client: String
        let userAgent: String
        let createdAt: String
        let lastSeen: String
        let expiresAt: String

        init(_ session: SessionRecord) {
            id = session.id.rawValue
            user = session.principal.name.rawValue
            role = session.principal.role.rawValue
            client = session.client.description
            userAgent = session.userAgent
            createdAt = RFC3339.utc(session.createdAt)
            lastSeen = RFC3339.utc(session.lastSeen)
            expiresAt = RFC3339.utc(session.expiresAt)
        }
    }
}
