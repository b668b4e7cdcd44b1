import ArgumentParser
import Identity
import UserStore

struct UserShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one user, and what is doubtful about them.",
        discussion: """
            Example:
              diycloud-bridge user show bob
            """
    )

    @OptionGroup var options: StoreOption
    @OptionGroup var report: FormatOption

    @Argument(help: "The name, as the store has it.")
    var name: String

    private struct Report: Encodable {
        let user: UserReport
        let findings: [Finding]
    }

    func run() throws {
        let path = try options.storePath()
        let snapshot = try StoreReader(options: options).read()
        let shown = StoredValue.text(name).printable
        guard let user = UserReport.all(of: snapshot).first(where: { $0.name == shown }) else {
            throw StoreEditError.noSuchUser(name: shown ?? "", path: path)
        }
        let findings = snapshot.findings.filter { $0.user == shown }
        guard report.format == .text else { return try report.printJSON(Report(user: user, findings: findings)) }
        let lines = [
            ("Name", user.name), ("State", user.state), ("Role", user.role.rawValue), ("E-mail", user.email ?? "-"),
            ("CPU", "\(user.cpuCores) cores"), ("Memory", user.memory), ("Disk", user.disk),
            ("GPU", user.gpu ? "yes" : "no"),
            ("Store password", user.storePassword ?? "-"), ("Row", user.id.map(String.init) ?? "-"),
        ]
        for (title, value) in lines { print("\(title):" + String(repeating: " ", count: 16 - title.count) + value) }
        for finding in findings {
            print("\n\(finding.id)\n  \(finding.rawValue.map { "`\($0)`: " } ?? "")\(finding.assumed)")
        }
    }
}
