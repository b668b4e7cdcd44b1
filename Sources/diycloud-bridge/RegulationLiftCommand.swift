import ArgumentParser
import Audit
import Identity
import Regulation

/// `diycloud-bridge regulation lift`
struct RegulationLiftCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lift",
        abstract: "Take bans and counts back.",
        discussion: "With both options only the count of that account from that address is lifted. It works at once."
    )

    @OptionGroup var database: DatabaseOption

    @Option(help: ArgumentHelp("The account.", valueName: "NAME"))
    var account: String?

    @Option(help: ArgumentHelp("The client address; for IPv6 its whole /64 is meant.", valueName: "ADDRESS"))
    var client: String?

    func validate() throws {
        guard account != nil || client != nil else {
            throw ValidationError("Say --account NAME, --client ADDRESS or both.")
        }
        if let client, Self.address(client) == nil { throw ValidationError("\"\(client)\" is no IP address.") }
    }

    func run() async throws {
        let key = account.map { SignInName(typed: $0).regulationKey }
        let address = client.flatMap(Self.address)
        let count = try await Regulator(database: try database.open()).lift(account: key, client: address)
        try database.record([
            AuditEvent(
                .banLifted,
                at: .now,
                outcome: .success,
                user: key,
                client: address,
                actor: ServiceOwner.caller,
                detail: "\(count) counts removed"
            )
        ])
        print(count == 1 ? "1 count removed." : "\(count) counts removed.")
    }

    /// Takes what `regulation list` shows: an address, a /64, or `local`.
    private static func address(_ text: String) -> ClientAddress? {
        if text == "local" { return .local }
        return ClientAddress(text.hasSuffix("/64") ? String(text.dropLast(3)) : text)
    }
}
