import ArgumentParser
import UserStore

struct UserSetQuotaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set-quota",
        abstract: "Change what a user may use.",
        discussion: """
            What is not named stays as it is. Where the store holds several allocations \
            of the user, all get the same values. As root, where the account is ours, it \
            takes effect at once on what they run.

            Example:
              diycloud-bridge user set-quota bob --cpu 1.5 --memory 2G --disk 10G --no-gpu
            """
    )

    @OptionGroup var options: StoreOption
    @OptionGroup var quota: QuotaOptions

    @Argument(help: "The name, as the store has it.")
    var name: String

    func validate() throws {
        guard try !quota.change().isEmpty else {
            throw ValidationError("Say what to change: --cpu, --memory, --disk, --gpu or --no-gpu.")
        }
    }

    func run() async throws {
        let editor = try UserStoreEditor(options: options)
        try editor.setQuota(quota.change(), of: name)
        let users = UserReport.all(of: try StoreReader(options: options).read())
        let user = users.first { $0.name == StoredValue.text(name).printable }
        let now = user.map {
            ": \($0.cpuCores) cores, \($0.memory) of memory, \($0.disk) of disk, \($0.gpu ? "GPU" : "no GPU")"
        }
        try editor.report("The quota of \(name) is set\(now ?? "").", user: name, options: options)
        try await TakeEffect(options).run(for: name, areas: [.limits, .disk])
    }
}
