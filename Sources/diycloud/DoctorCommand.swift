import ArgumentParser
import Doctor
import Foundation
import HostChanges
import Installer
import ManagedFiles

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look for what is wrong with the cloud on this host, and mend it where that is wanted.",
        discussion: """
            Each check looks on its own and says what it found, why that matters, and the command that mends it. With --fix \
            the ones marked * are mended after a question each, and looked at again. Originals of files of the old platform \
            are kept below /var/lib/diycloud-installation/saved.

            Everything:
              sudo diycloud doctor
            Mend what can be mended, without questions:
              sudo diycloud doctor --fix --yes
            One thing, for a script:
              sudo diycloud doctor --only certificate --format json

            EXIT CODE: 0 all is well, or only notices; 1 warnings; 2 something critical; 3 something could not be looked at; 64 wrong usage.

            JSON: one array, the checks in order. Each has "id", "title", "findings" and, when it could not look, "unchecked". \
            A finding has "severity" (notice, warning, critical), "what", "why", "remedy" and "is_fixable".
            """
    )

    @OptionGroup var options: HostOptions
    @OptionGroup var format: FormatOption

    @Option(help: ArgumentHelp("Only these checks, with commas.", valueName: "ids"))
    var only: String?

    @Flag(help: "Say which checks there are on this host, and end.")
    var list = false

    @Flag(help: "Mend what can be mended.")
    var fix = false

    @Flag(name: .shortAndLong, help: "With --fix: do not ask.")
    var yes = false

    func validate() throws {
        if fix, format.format == .json, !yes {
            throw ValidationError("--fix --format json needs --yes: nobody can be asked.")
        }
    }

    func run() async throws {
        try HostOptions.requireRoot("doctor")
        let lock = fix ? try RunLock() : nil
        defer { lock?.release() }
        let host = try await options.host(readOnly: !fix) { _ in }
        let checks = try chosen(await Checks.all(on: host, recipes: Recipes.all))
        if list {
            for check in checks { print("\(check.id)\t\(check.title)") }
            return
        }
        var reports = await Checkup(checks).run()
        let isText = format.format == .text
        if isText { print(CheckupText(reports, isTerminal: TerminalText.isTerminal)) }
        if fix { reports = try await fixed(reports, checks, isText: isText) }
        if !isText { try FormatOption.printJSON(reports) }
        let code = Checkup.exitCode(of: reports)
        if code != 0 { throw ExitCode(code) }
    }

    private func chosen(_ checks: [any Check]) throws -> [any Check] {
        guard let only else { return checks }
        let ids = only.split(separator: ",").map(String.init)
        if let unknown = ids.first(where: { id in !checks.contains { $0.id == id } }) {
            throw ValidationError("There is no check \(unknown) on this host: diycloud doctor --list")
        }
        return checks.filter { ids.contains($0.id) }
    }

    /// Mends one after the other, since one may be what the next needs, and looks at each again.
    private func fixed(_ reports: [CheckReport], _ checks: [any Check], isText: Bool) async throws -> [CheckReport] {
        let log = OperationLog(directory: HostOptions.logDirectory, command: "doctor")
        var reports = reports
        for (index, check) in checks.enumerated() where reports[index].isFixable {
            // What was mended before may have mended this as well.
            reports[index] = await Checkup.report(of: check)
            guard reports[index].isFixable else { continue }
            if !yes {
                for finding in reports[index].findings where finding.isFixable { print("  * \(finding.what)") }
                guard Question.isYes("Mend \(check.id)?") else { continue }
            }
            let lines: [String]
            do {
                lines = try await check.fix()
                log?.add("fixed", ["check": check.id, "did": lines.joined(separator: "\n")])
            } catch {
                lines = ["not mended: \(error)"]
                log?.add("failed", ["check": check.id, "error": "\(error)"])
            }
            reports[index] = await Checkup.report(of: check)
            guard isText else { continue }
            print("\(check.id): \(reports[index].isFixable ? "there is still something" : "mended")")
            for line in lines { print("    \(line)") }
        }
        guard isText else { return reports }
        print("\nAfter it:\n\(CheckupText(reports, isTerminal: TerminalText.isTerminal))")
        return reports
    }
}
