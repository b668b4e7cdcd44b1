import ArgumentParser
import Backups
import ManagedFiles
import ProductRelease

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Put back what a backup holds.",
        discussion: """
            Reads the whole file and compares every digest, shows what it would replace, and asks. Then it unpacks and looks through \
            everything in a closed directory, saves what is here now to /var/backups/diycloud (a backup like any other: restoring \
            that one takes this restore back), stops what runs, puts the parts in their places, compares them, and starts again what it \
            stopped. When a step fails, those before it are taken back.

            Notebooks are put back only for the people who are named, and never over anything: beside the others, in \
            ~/notebooks.restored-DATE. People, passwords, quotas and sessions are again as they were when the backup was made: who was \
            disabled since has to be disabled again.

            On another machine, run "diycloud install" first: the record of what was installed is left as it is there.

            EXAMPLES:
              sudo diycloud restore /root/cloud.tar --dry-run
              sudo diycloud restore /root/cloud.tar
              sudo diycloud restore /root/cloud.tar --notebooks alice --yes

            EXIT CODE: 0 everything is put back; 1 it is not; 2 with --dry-run: there is something to put back; 64 wrong usage.
            """
    )

    @Argument(help: ArgumentHelp("The backup.", valueName: "file"), completion: .file())
    var file: String

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Whose notebooks are put back, beside those of now.", valueName: "name")
    )
    var notebooks: [String] = []

    @OptionGroup var options: BackupOptions
    @OptionGroup var format: FormatOption

    @Flag(name: [.short, .long], help: "Do not ask.")
    var yes = false

    @Flag(name: [.customShort("n"), .long], help: "Only show what would be done.")
    var dryRun = false

    func validate() throws {
        if file.isEmpty { throw ValidationError("Name a backup: diycloud restore /root/cloud.tar") }
        if format.format == .json, !dryRun { throw ValidationError("--format json goes with --dry-run.") }
    }

    func run() async throws {
        try HostOptions.requireRoot("restore")
        let lock = dryRun ? nil : try RunLock()
        defer { lock?.release() }
        let places = try options.places(acceptsBroken: true)
        let people = try BackupOptions.people(notebooks)
        let restore = Restore.Options(places: places, people: people, version: Release.version)
        if format.format == .text { print("Reading \(file) and comparing every digest") }
        let plan = try await Restore.plan(file, options: restore)
        try check(plan.manifest, against: places)
        switch format.format {
        case .text: print(RestorePlanText(plan, isTerminal: TerminalText.isTerminal), terminator: "")
        case .json: try FormatOption.printJSON(RestorePlanReport(plan))
        }
        guard plan.actions.contains(where: { $0.kind != .leave }) else { return }
        if dryRun { throw ExitCode(2) }
        if !yes { try Question.confirm("Put this back?") }
        try await apply(plan)
    }

    private func apply(_ plan: RestorePlan) async throws {
        let log = OperationLog(directory: HostOptions.logDirectory, command: "restore")
        log?.add("run", ["command": "restore", "file": plan.file, "release": Release.version])
        // Half of a restore is worse than either end of it.
        let stop = StopSwitch(
            saying: "A restore is not left half way: it goes on. Once more ends at once; then run it again."
        )
        let progress = BackupOptions.progress(.text)
        do {
            try await Restore.apply(plan) { line in
                progress(line)
                log?.add("progress", ["text": line])
            }
        } catch {
            log?.add("failed", ["error": "\(error)"])
            throw error
        }
        withExtendedLifetime(stop) {}
        log?.add("ended", ["saved": plan.saved ?? ""])
        print(RestorePlanText.done(plan), terminator: "")
        if let log { print("Everything that was done is in \(log.path)") }
    }

    /// The configuration that is put back names the places of its own host: a database elsewhere would not be found.
    private func check(_ manifest: BackupManifest, against places: BackupPlaces) throws {
        let wanted: [(BackupManifest.Kind, String, String?, String)] = [
            (.userStore, places.userStore, options.store, "--store"),
            (.bridgeDatabase, places.bridgeDatabase, options.database, "--database"),
        ]
        for (kind, place, chosen, option) in wanted where chosen == nil {
            guard let item = manifest.items.first(where: { $0.kind == kind }), item.path != place else { continue }
            throw CommandFailure(
                """
                The backup has \(item.path), and this host's is \(place). The configuration in the backup names the former. \
                Say where it goes: \(option) \(item.path)
                """
            )
        }
    }
}
