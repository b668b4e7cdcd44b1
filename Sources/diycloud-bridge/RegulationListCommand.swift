import ArgumentParser
import Audit
import BridgeConfiguration
import Regulation

/// `diycloud-bridge regulation list`
struct RegulationListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List failed sign-ins that count now, bans first."
    )

    @OptionGroup var database: DatabaseOption

    @Flag(help: "Only bans.")
    var banned = false

    @OptionGroup var report: FormatOption

    func run() async throws {
        let window = try database.config.load(whenMissing: .usesDefaults).regulation.window.components.seconds
        let regulator = Regulator(database: try database.open(), configuration: .init(window: window))
        let entries = try await regulator.list(now: .now)
            .filter { !banned || $0.bannedUntil != nil }
        switch report.format {
        case .json: try report.printJSON(["counts": entries.map(Entry.init)])
        case .text where entries.isEmpty: print(banned ? "Nobody is banned." : "No failed sign-in counts now.")
        case .text:
            var table = TextTable("COUNTED BY", "ACCOUNT", "FROM", "ATTEMPTS", "SINCE", "BANNED UNTIL")
            for entry in entries {
                table.add(
                    entry.kind.rawValue,
                    Self.visible(entry.account),
                    entry.client ?? "anywhere",
                    String(entry.attempts),
                    RFC3339.utc(entry.windowStarted),
                    entry.bannedUntil.map(RFC3339.utc) ?? "-"
                )
            }
            print(table.description)
        }
    }

    /// An account here is what somebody typed, reduced to printable ASCII; it may be empty.
    private static func visible(_ account: String?) -> String {
        guard let account else { return "any" }
        return account.isEmpty ? "\"\"" : account
    }

    private struct Entry: Encodable {
        let kind: String
        let account: String?
        let client: String?
        let attempts: Int
        let windowStarted: String
        let bannedUntil: String?

        init(_ entry: RegulationEntry) {
            kind = entry.kind.rawValue
            account = entry.account
            client = entry.client
            attempts = entry.attempts
            windowStarted = RFC3339.utc(entry.windowStarted)
            bannedUntil = entry.bannedUntil.map(RFC3339.utc)
        }
    }
}
