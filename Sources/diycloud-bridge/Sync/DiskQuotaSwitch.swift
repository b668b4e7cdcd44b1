import ArgumentParser
import DiskQuotas
import Foundation
import HostPrograms

/// `sync-users --enable-disk-quota`: shows what would be done to the file system of the homes, asks, does it.
struct DiskQuotaSwitch {
    let homes: String
    let isDryRun: Bool
    let yes: Bool

    /// - Returns: whether there is something to do that was only shown.
    /// - Throws: what the person at the terminal should read.
    func run() async throws -> Bool {
        let enabler = DiskQuotaEnabler(programs: SystemPrograms())
        let plan = try enabler.plan(forHomes: homes)
        for note in plan.notes { say("\(note.reason)\n    \(note.remedy)") }
        if let obstacle = plan.obstacle {
            throw CommandFailure("Disk quotas cannot be switched on in \(homes): \(obstacle.reason) \(obstacle.remedy)")
        }
        guard !plan.steps.isEmpty else {
            say("Disk quotas are in force in \(homes) already.")
            return false
        }
        show(plan)
        guard !isDryRun else { return true }
        guard try yes || isConfirmed() else { throw CommandFailure("Nothing was changed.") }
        if let problem = await enabler.apply(plan, progress: { say("… \($0.what)") }) {
            throw CommandFailure("Disk quotas are not in force: \(problem.reason) \(problem.remedy)")
        }
        say("Disk quotas are in force in \(homes).")
        return false
    }

    private func show(_ plan: DiskQuotaPlan) {
        let place = plan.fileSystem
        say("To switch disk quotas on for \(place.mountPoint) (\(place.kind) on \(place.source)):")
        for step in plan.steps { say("  \(step.what) (\(step.why))\n    undone by: \(step.undo)") }
        if let diff = plan.fstabDiff { say(diff) }
    }

    private func isConfirmed() throws -> Bool {
        guard isatty(STDIN_FILENO) == 1 else {
            throw ValidationError("There is no terminal to ask on. Say --yes to switch disk quotas on.")
        }
        FileHandle.standardError.write(Data("Do this? [y/N] ".utf8))
        return ["y", "yes"].contains(readLine()?.lowercased())
    }

    /// Standard output belongs to the report.
    private func say(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
}
