import Backups
import Glibc

/// What a restore would do, and what it did, for a person.
struct RestorePlanText: CustomStringConvertible {
    private let plan: RestorePlan
    private let paint: TerminalText

    init(_ plan: RestorePlan, isTerminal: Bool) {
        self.plan = plan
        paint = TerminalText(isOn: isTerminal)
    }

    var description: String {
        var text = paint.bold(plan.lines.first ?? "") + "\n"
        if let saved = plan.saved { text += line("save what is here now to \(saved)") }
        text += services("stop", plan.units)
        for action in plan.actions {
            let mark = action.kind == .leave ? paint.yellow("=") : paint.green("+")
            text += "  \(mark) \(action.summary)\n"
        }
        text += services("start", plan.units.reversed())
        let left = plan.manifest.people.filter { name in !plan.actions.contains { $0.path.hasPrefix(home(name)) } }
        if !left.isEmpty {
            text += "  \(paint.yellow("=")) notebooks in it that nobody asked for: \(left.joined(separator: ", "))\n"
        }
        if let owner = stranger {
            text +=
                "\(paint.red("Note:")) \(plan.file) can be written by \(owner): whoever wrote it decides who is let in here.\n"
        }
        text += "People, passwords, quotas and sessions will be as they were at \(plan.manifest.date).\n"
        return text
    }

    private func line(_ text: String) -> String { "  \(paint.green("+")) \(text)\n" }

    private func services(_ verb: String, _ units: [String]) -> String {
        let container = plan.container.map { ["the container \($0)"] } ?? []
        return (units + container).map { line("\(verb) \($0)") }.joined()
    }

    /// Whether somebody else than root could have written the file.
    private var stranger: String? {
        var status = stat()
        guard stat(plan.file, &status) == 0 else { return nil }
        if status.st_uid != 0 {
            return getpwuid(status.st_uid).map { String(cString: $0.pointee.pw_name) } ?? "uid \(status.st_uid)"
        }
        return status.st_mode & (S_IWGRP | S_IWOTH) == 0 ? nil : "others"
    }

    private func home(_ name: String) -> String {
        getpwnam(name).map { String(cString: $0.pointee.pw_dir) + "/notebooks.restored-" } ?? "/nobody/\(name)"
    }

    /// What is said at the end.
    static func done(_ plan: RestorePlan) -> String {
        let count = plan.actions.count { $0.kind != .leave }
        var text = "Done: \(count) part\(count == 1 ? "" : "s") put back and compared.\n"
        if let saved = plan.saved {
            text += "What was here before is in \(saved); to have it again: sudo diycloud restore \(saved)\n"
        }
        return text + "Look whether all is well:\n  sudo diycloud-bridge sync-users --dry-run\n  sudo diycloud doctor\n"
    }
}
