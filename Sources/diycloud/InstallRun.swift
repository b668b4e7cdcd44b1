import ArgumentParser
import HostChanges
import Installer
import ManagedFiles
import ProductRelease

/// A run of "install" or "upgrade": plan, question, work, summary.
struct InstallRun {
    private let options: HostOptions
    private let choices: InstallChoices
    private let command: String
    private let yes: Bool

    init(_ options: HostOptions, _ choices: InstallChoices, command: String, yes: Bool) {
        self.options = options
        self.choices = choices
        self.command = command
        self.yes = yes
    }

    func run() async throws {
        let lock = try RunLock()
        defer { lock.release() }
        let host = try await options.host(readOnly: false) { choices.apply(to: &$0) }
        let chosen = choices.chosen(host.options)
        if command == "upgrade", await host.record.manifest.components.isEmpty {
            throw CommandFailure("Nothing is installed here yet: diycloud install")
        }
        let installation = Installation(Recipes.of(chosen), on: host)
        let plan = try await installation.plan()
        print(PlanText(plan, isTerminal: TerminalText.isTerminal))
        guard plan.hasWork else {
            if !plan.blocked.isEmpty { throw ExitCode.failure }
            return
        }
        if !yes { try Question.confirm("Do this?") }
        let log = OperationLog(directory: HostOptions.logDirectory, command: command)
        log?.add(
            "run",
            [
                "command": command, "components": chosen.map(\.rawValue).joined(separator: " "),
                "release": Release.version,
            ]
        )
        let remembered = host.options.remembered
        try await host.record.change {
            $0.options = remembered
            $0.release = Release.version
        }
        let progress = RunProgress(log: log)
        let stop = StopSwitch()
        let outcome = await installation.apply(watch: progress, isStopped: { stop.isOn })
        log?.add(
            "ended",
            [
                "applied": "\(outcome.applied)",
                "broken": outcome.broken.keys.map(\.rawValue).sorted().joined(separator: " "),
            ]
        )
        print(OutcomeText(outcome, log: log?.path, next: Self.next(host)))
        if !outcome.isComplete { throw ExitCode.failure }
    }

    private static func next(_ host: Installer.Host) -> String {
        let name = host.options.hostName ?? host.facts.hostName
        return """
            Open https://\(name)/ and sign in with an account of this host that is in the user store.
              the first administrator:   diycloud-bridge user add NAME --role admin
              how it goes:               diycloud status
              what could be better:      diycloud doctor

            """
    }
}
