import ArgumentParser
import Glibc
import Identity
import UserStore
import UserSync

struct UserDeleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Remove a user from the store.",
        discussion: """
            Removes the row, its allocations and its sessions of the old platform. The \
            home directory stays: removing files is another decision, and `disable` is \
            nearly always what is wanted first. As root, a Linux account that is ours is \
            locked at once and what they run is stopped; any other stays as it is.

            Example:
              diycloud-bridge user delete bob
            """
    )

    @OptionGroup var options: StoreOption

    @Flag(name: .long, help: "Do not ask.")
    var yes = false

    @Argument(help: "The name, as the store has it.")
    var name: String

    func run() async throws {
        guard try yes || isConfirmed() else {
            print("Nothing was changed.")
            throw ExitCode.failure
        }
        let editor = try UserStoreEditor(options: options)
        try editor.delete(name)
        if let userName = try? UserName(name) { try await removePassword(of: userName) }
        try editor.report(
            "\(name) is removed from the store. The home directory, if any, is left as it is.",
            user: name,
            options: options
        )
        try await TakeEffect(options).run(for: name, areas: SyncScope().areas, isOff: true)
    }

    private func removePassword(of name: UserName) async throws {
        do {
            try await BridgePasswords(configuration: options.configuration()).removePassword(for: name)
        } catch {
            throw HalfDone(name: name, reason: "\(error)")
        }
    }

    private struct HalfDone: Error, CustomStringConvertible {
        let name: UserName
        let reason: String
        var description: String {
            "\(name) is removed from the store, but their password is still in the bridge database: \(reason)"
        }
    }

    private func isConfirmed() throws -> Bool {
        guard isatty(STDIN_FILENO) == 1 else {
            throw ValidationError("There is no terminal to ask on. Say --yes to delete \(name).")
        }
        print("Remove \(name) from the store? The home directory stays. [y/N] ", terminator: "")
        fflush(nil)
        return ["y", "yes"].contains(readLine()?.lowercased())
    }
}
