import ArgumentParser
import UserStore

struct UserListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List everybody in the store.",
        discussion: """
            STATE is `active`, `disabled`, or why nobody can sign in with that name. \
            What is doubtful about the values is told by `diycloud-bridge findings`.

            All administrators, for a script:
              diycloud-bridge user list --format json |
                jq -r '.[] | select(.role == "admin").name'
            """
    )

    @OptionGroup var options: StoreOption
    @OptionGroup var report: FormatOption

    func run() throws {
        let users = UserReport.all(of: try StoreReader(options: options).read())
        guard report.format == .text else { return try report.printJSON(users) }
        var table = TextTable("NAME", "ROLE", "STATE", "CPU", "MEMORY", "DISK", "GPU", "E-MAIL")
        for user in users {
            table.add(
                user.name,
                user.role.rawValue,
                user.state,
                "\(user.cpuCores)",
                user.memory,
                user.disk,
                user.gpu ? "yes" : "no",
                user.email ?? "-"
            )
        }
        print(table.isEmpty ? "Nobody yet. Add somebody with `diycloud-bridge user add NAME`." : "\(table)")
    }
}

extension StoreReader {
    /// The store that the options name, with this host's system accounts told apart.
    init(options: StoreOption) throws {
        self.init(path: try options.storePath(), configuration: Configuration(isSystemName: isSystemAccount))
    }
}
