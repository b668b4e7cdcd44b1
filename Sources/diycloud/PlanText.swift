import HostChanges
import Installer

/// A plan for a person.
struct PlanText: CustomStringConvertible {
    private let plan: InstallPlan
    private let paint: TerminalText

    init(_ plan: InstallPlan, isTerminal: Bool) {
        self.plan = plan
        paint = TerminalText(isOn: isTerminal)
    }

    var description: String {
        var text = ""
        var said: Set<String> = []
        for component in Component.allCases {
            let items = plan.items.filter { $0.component == component }
            // Several components want the same of the service that they share: said once.
            let told = items.filter { item in
                guard [.needed, .later].contains(item.standing) else { return item.standing != .done }
                return item.changes.contains { said.insert("\($0.summary)\($0.diff ?? "")").inserted }
            }
            guard !items.isEmpty else { continue }
            let isInPlace = items.allSatisfy { $0.standing == .done }
            let note = isInPlace ? paint.dim("  in place, \(items.count) things looked at") : ""
            text += paint.bold(component.rawValue) + note + "\n"
            text += told.map(self.text).joined()
        }
        let work = plan.items.count { [.needed, .later].contains($0.standing) }
        if work == 0 { text += plan.blocked.isEmpty ? "Nothing to do.\n" : "" }
        if !plan.pending.isEmpty {
            text += "\(plan.pending.count) left as an administrator made it, marked \"=\".\n"
        }
        if !plan.blocked.isEmpty { text += "\(plan.blocked.count) cannot be done here, marked \"!\".\n" }
        return text
    }

    private func text(_ item: InstallPlan.Item) -> String {
        switch item.standing {
        case .done: return ""
        case .needed: return item.changes.map { line(paint.green("+"), $0) }.joined()
        case .later:
            return item.changes.map { line(paint.green("+"), $0, note: paint.dim("  (\(item.reason ?? ""))")) }.joined()
        case .pending:
            return item.changes.map { line(paint.yellow("="), $0) }.joined() + "      \(item.reason ?? "")\n"
        case .blocked:
            return "  \(paint.red("!")) \(item.title)\n" + indented(item.reason ?? "")
        }
    }

    private func line(_ mark: String, _ change: PlannedChange, note: String = "") -> String {
        "  \(mark) \(change.summary)\(note)\n" + change.details.map { "      \($0)\n" }.joined()
            + (change.diff.map(indented) ?? "")
    }

    private func indented(_ text: String) -> String {
        text.split(separator: "\n").map { line in
            let shown =
                line.hasPrefix("+")
                ? paint.green(String(line)) : line.hasPrefix("-") ? paint.red(String(line)) : String(line)
            return "      \(shown)\n"
        }.joined()
    }
}
