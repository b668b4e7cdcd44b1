import ArgumentParser
import HostChanges
import Installer
import ManagedFiles

struct UninstallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "uninstall",
        abstract: "Take back what was installed.",
        discussion: """
            Takes back what the record of the installation holds, the last thing first, and nothing else. Homes, the user store and all \
            data stay; --purge removes the data of the services as well (sessions, settings, certificates, containers' data), never homes \
            or the user store. Files that were changed by hand are moved aside, to NAME.diycloud-saved.
            """
    )

    @OptionGroup var host: HostOptions

    @Argument(
        help: ArgumentHelp(
            "What to take back, with all that needs it; everything when nothing is named.",
            valueName: "component"
        )
    )
    var components: [Component] = []

    @Flag(help: "Remove the data of the services, too. Asks twice.")
    var purge = false

    @Flag(help: "Leave packages of the distribution installed.")
    var keepPackages = false

    @Flag(name: [.short, .long], help: "Do not ask. A purge asks all the same, unless it is given twice.")
    var yes: Int

    @Flag(name: [.customShort("n"), .long], help: "Only show what would be done.")
    var dryRun = false

    func run() async throws {
        if !dryRun { try HostOptions.requireRoot("uninstall") }
        let lock = dryRun ? nil : try RunLock()
        defer { lock?.release() }
        let host = try await host.host(readOnly: dryRun) { _ in }
        let installed = await host.record.manifest.components
        guard !installed.isEmpty else {
            print("Nothing is installed by diycloud on this host.")
            return
        }
        let removal = Removal(chosen(of: installed), purge: purge, keepPackages: keepPackages, on: host)
        for item in await removal.plan() { print("  \(item.stays ? "=" : "-") \(item.summary)") }
        if dryRun { throw ExitCode(2) }
        if yes == 0 { try Question.confirm("Take this back?") }
        if purge, yes < 2 { try Question.confirm("This deletes data for good.", word: "purge") }
        try await work(removal)
    }

    /// With what needs them: nothing may be left that cannot work.
    private func chosen(of installed: Set<Component>) -> Set<Component> {
        guard !components.isEmpty else { return Set(Component.allCases) }
        let named = Set(components)
        return named.union(installed.filter { !$0.needs.isDisjoint(with: named) })
    }

    private func work(_ removal: Removal) async throws {
        let log = OperationLog(directory: HostOptions.logDirectory, command: "uninstall")
        let left = try await removal.apply { item, note in
            print("  \(note == nil ? "✓" : "=") \(item.summary)\(note.map { ": \($0)" } ?? "")")
            log?.add("removed", ["what": item.summary, "note": note ?? ""])
        }
        guard left.isEmpty else {
            print("\(left.count) could not be taken back and stay in the record. Run it again when the reason is gone.")
            throw ExitCode.failure
        }
        print("Done.")
        if let log { print("Everything that was done is in \(log.path)") }
    }
}
