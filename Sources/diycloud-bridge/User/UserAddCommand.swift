public import ArgumentParser
public import Identity
import UserStore

struct UserAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add a user.",
        discussion: """
            Asks for the password twice, or takes it from standard input. It is never an \
            argument, since every user of a host can see those. With --no-password the \
            user can sign in only through a Linux account of the same name.

            At the terminal:
              diycloud-bridge user add alice --role admin --email alice@example.org
            In a script:
              printf '%s' "$password" |
                diycloud-bridge user add bob --password-stdin --memory 4G
            """
    )

    @OptionGroup var options: StoreOption
    @OptionGroup var quota: QuotaOptions

    @Argument(help: "1 to 32 lower-case letters, digits, `_` and `-`, beginning with a letter or `_`.")
    var name: String

    @Option(name: .long, help: "`user` or `admin`.")
    var role = Role.user

    @Option(name: .long, help: ArgumentHelp("A mail address.", valueName: "address"))
    var email: String?

    @Flag(name: .long, help: "Take the password from the one line of standard input.")
    var passwordStdin = false

    @Flag(name: .long, help: "Set no password.")
    var noPassword = false

    func validate() throws {
        _ = try userName()
        _ = try quota.change()
        if passwordStdin, noPassword { throw ValidationError("--password-stdin and --no-password exclude each other.") }
    }

    func run() async throws {
        let name = try userName()
        let change = try quota.change()
        let editor = try UserStoreEditor(options: options)
        try editor.check(newName: name)
        let password: NewPassword? =
            if noPassword { nil } else {
                try passwordStdin ? PasswordPrompt.fromStandardInput() : PasswordPrompt.fromTerminal(for: name.rawValue)
            }
        let passwords = BridgePasswords(configuration: try options.configuration())
        try editor.add(name, email: email, role: role, quota: change.applied(to: .platformDefault))
        do {
            if let password {
                try await passwords.setPassword(password, for: name)
            } else {
                // One that a former user of the name has left must not open the new account.
                try await passwords.removePassword(for: name)
            }
        } catch {
            throw HalfDone(name: name, reason: "\(error)")
        }
        try editor.report(
            "Added \(name) (\(role.rawValue)): \(change.applied(to: .platformDefault).summary).",
            user: name.rawValue,
            options: options
        )
    }

    private func userName() throws -> UserName {
        do {
            return try UserName(name)
        } catch {
            throw ValidationError("`\(StoredValue.text(name).printable ?? "")` cannot be a user: \(error.description).")
        }
    }

    private struct HalfDone: Error, CustomStringConvertible {
        let name: UserName
        let reason: String
        var description: String {
            "\(name) was added, but without a password: \(reason) Set it with `diycloud-bridge user passwd \(name)`."
        }
    }
}

extension Role: ExpressibleByArgument {}
