import ArgumentParser
import BridgeConfiguration
import Foundation
import Identity
import LinuxAccounts
import SyncReport
import UserStore
import UserSync

/// `diycloud-bridge sync-users`: makes this host agree with the user store.
struct SyncUsersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync-users",
        abstract: "Make the accounts, limits and disk quotas of this host agree with the user store.",
        discussion: """
            Reads the store and the host, prints what is to be changed and why, changes it, and looks again: what is still \
            different is told, whatever the tools said. A second run changes nothing. Needs root.

            Only accounts in the group accounts.group are touched: those that it made, those that look like the platform's \
            in every way, and those that "user adopt" put there. People who are disabled or gone from the store are \
            locked, never deleted; no home is ever removed.

            What would change:
              sudo diycloud-bridge sync-users --dry-run
            One person, limits and disk only:
              sudo diycloud-bridge sync-users --user bob --only limits,disk
            As a service:
              diycloud-bridge sync-users --watch

            EXIT CODE: 0 done; 1 something could not be read or changed; 2 --dry-run found something to do; 64 wrong usage.

            JSON: {"dry_run", "users", "duration_ms", "complete", "interrupted",
                   "plan": [{"area", "kind", "user", "what", "why"}], "applied": [as in plan],
                   "failed": [{"change": as in plan, "reason"}],
                   "findings": [{"area", "kind", "user", "text", "remedy"}]}
            "user", "remedy" and the change's "subject" are left out where there is none.
            """
    )

    @OptionGroup var options: StoreOption
    @OptionGroup var report: FormatOption
    @OptionGroup var choices: SyncChoices

    @Flag(name: .long, help: "Show what would be done, and do nothing. Exit code 2 when there is something.")
    var dryRun = false

    @Flag(name: .long, help: "Stay, and run again within a second of each change of the store and every sync.interval.")
    var watch = false

    @Flag(name: .long, help: "Show every change; without it the first few of each kind.")
    var verbose = false

    @Flag(name: .long, help: "Switch disk quotas on first, where the file system of the homes can have them.")
    var enableDiskQuota = false

    @Flag(name: .long, help: "Do not ask before --enable-disk-quota.")
    var yes = false

    @Option(
        name: .customLong("wait"),
        defaultAsFlag: 3600,
        help: ArgumentHelp("Wait for a run that is at work, for so many seconds at most.", valueName: "seconds")
    )
    var wait: Int?

    func validate() throws {
        _ = try choices.areas()
        if watch, dryRun || !choices.user.isEmpty || enableDiskQuota || report.format == .json || wait != nil {
            throw ValidationError(
                "--watch is about everybody and for good; it goes with --config, --store, --only and --allow-mass-disable."
            )
        }
        if dryRun, wait != nil { throw ValidationError("--dry-run waits for nobody: it changes nothing.") }
        if let wait, wait < 0 { throw ValidationError("--wait takes a number of seconds.") }
    }

    func run() async throws {
        guard geteuid() == 0 else {
            throw CommandFailure(
                "sync-users needs root, to read /etc/shadow and to change accounts and limits: sudo diycloud-bridge sync-users"
            )
        }
        let assembly = SyncAssembly(try options.configuration())
        let (parts, close) = assembly.parts()
        do {
            if watch {
                try await WatchMode(assembly: assembly, parts: parts, store: options, choices: choices).run()
            } else {
                try await once(assembly, parts)
            }
        } catch {
            await close()
            throw error
        }
        await close()
    }

    private func once(_ assembly: SyncAssembly, _ parts: SyncParts) async throws {
        let lock = dryRun ? nil : try await SyncTurn.take(assembly.configuration, patience: wait ?? 0)
        defer { withExtendedLifetime(lock) {} }
        try notes(parts)
        if enableDiskQuota {
            let switching = DiskQuotaSwitch(homes: assembly.configuration.accounts.home, isDryRun: dryRun, yes: yes)
            if try await switching.run() { throw ExitCode(2) }
        }
        let began = ContinuousClock.now
        let desired = try readStore()
        let scope = try choices.scope(desired, host: parts.accounts.read(), group: parts.accounts.settings.group)
        let run = assembly.run(parts)
        let plan = await run.plan(desired, scope: scope)
        if report.format == .text { print(SyncText(isVerbose: verbose).plan(plan, isDryRun: dryRun)) }
        guard !dryRun else { return try tellDryRun(plan, took: .now - began) }
        let stop = StopSignal.onInterrupt()
        let progress = ProgressLine()
        let (outcome, problem) = await run.apply(plan, began: began, until: stop) { progress.show($0, $1, $2) }
        progress.end()
        try tell(plan, outcome, took: .now - began)
        if let problem { throw CommandFailure("\(problem)") }
        if !outcome.isComplete { throw ExitCode.failure }
    }

    private func readStore() throws -> DesiredState {
        let reader = StoreReader(path: try options.storePath())
        do throws(StoreError) {
            return DesiredState(try reader.read())
        } catch {
            throw CommandFailure("Nothing was changed. \(error)")
        }
    }

    private func tellDryRun(_ plan: SyncPlan, took: Duration) throws {
        if report.format == .json { try report.printJSON(SyncDocument(plan, outcome: nil, took: took)) }
        if !plan.troubles.isEmpty { throw ExitCode.failure }
        if !plan.changes.isEmpty { throw ExitCode(2) }
    }

    private func tell(_ plan: SyncPlan, _ outcome: SyncOutcome, took: Duration) throws {
        switch report.format {
        case .json: try report.printJSON(SyncDocument(plan, outcome: outcome, took: took))
        case .text: if let text = SyncText(isVerbose: verbose).outcome(outcome) { print(text) }
        }
    }

    /// What a run leaves out, in a line each.
    private func notes(_ parts: SyncParts) throws {
        let areas = try choices.areas()
        let isAsked = !choices.only.isEmpty
        if areas.contains(.jupyterhub), let reason = whyNoHub(parts) {
            if isAsked, areas == [.jupyterhub] { throw CommandFailure("JupyterHub cannot be reconciled: \(reason)") }
            say("JupyterHub is left alone: \(reason)")
        }
        // Many hosts have no Portainer, and need not be told so each time.
        if areas.contains(.portainer), let reason = whyNoPortainer(parts, isAsked: isAsked) {
            if isAsked, areas == [.portainer] { throw CommandFailure("Portainer cannot be reconciled: \(reason)") }
            say("Portainer is left alone: \(reason)")
        }
    }

    private func whyNoHub(_ parts: SyncParts) -> String? {
        switch parts.hub {
        case .directory: nil
        case .notConfigured: "jupyterhub.api is not set in \(options.config.file)"
        case .unusable(let text): text
        }
    }

    private func whyNoPortainer(_ parts: SyncParts, isAsked: Bool) -> String? {
        switch parts.portainer {
        case .directory: nil
        case .notConfigured: !isAsked ? nil : "portainer.url is not set in \(options.config.file)"
        case .unusable(let text): text
        }
    }

    private func say(_ text: String) { FileHandle.standardError.write(Data("note: \(text)\n".utf8)) }
}
