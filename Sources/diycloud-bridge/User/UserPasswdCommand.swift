import ArgumentParser
import HostAccounts
import Identity
import UserStore

struct UserPasswdCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "passwd",
        abstract: "Set the password of a user whose Linux account has none.",
        discussion: """
            The bridge keeps a salted hash of its own; the old platform's unsalted one \
            is replaced in the store by a mark that no password matches. A Linux account \
            that never had a password is given this one by the next sign-in. Where it has \
            one, that counts: use passwd(1).

            Example:
              diycloud-bridge user passwd bob
            """
    )

    @OptionGroup var options: StoreOption

    @Argument(help: "The name.")
    var name: String

    @Flag(name: .long, help: "Take the password from the one line of standard input.")
    var passwordStdin = false

    func run() async throws {
        let snapshot = try StoreReader(options: options).read()
        guard let user = (try? UserName(name)).flatMap({ snapshot.users[$0] }) else {
            throw StoreEditError.noSuchUser(name: StoredValue.text(name).printable ?? "", path: try options.storePath())
        }
        let password = try passwordStdin ? PasswordPrompt.fromStandardInput() : PasswordPrompt.fromTerminal(for: name)
        let legacy: String? = if case .legacySHA256(let hash) = user.password { hash } else { nil }
        try await BridgePasswords(configuration: options.configuration())
            .setPassword(password, for: user.name, superseding: legacy)
        let editor = try UserStoreEditor(options: options)
        // Last, so that there is no moment without any password.
        if user.password != .none { try editor.lockPassword(of: name) }
        try editor.report("The password of \(user.name) is set.", user: user.name.rawValue, options: options)
        guard (try? HostAccounts().account(named: user.name)) != nil else { return }
        print(
            "There is a Linux account \(user.name). If it has a password already, that one counts and this one does not: passwd \(user.name). "
                + "If it never had one, the next sign-in with this one sets it there."
        )
    }
}
