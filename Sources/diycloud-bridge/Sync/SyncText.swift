import SyncReport
import UserSync

/// A plan and its outcome for the person at the terminal.
struct SyncText {
    /// Whether long lists are shown whole.
    let isVerbose: Bool
    /// How many lines of one kind are shown, and how many stand for more.
    private static let limit = (lines: 50, sample: 5)

    func plan(_ plan: SyncPlan, isDryRun: Bool) -> String {
        let changes = plan.changes
        guard !changes.isEmpty else {
            return isDryRun ? "Nothing to do.\(findings(plan.findings))" : "Nothing to do."
        }
        let lines = Dictionary(grouping: changes, by: \.area).sorted { $0.key < $1.key }.flatMap { area, changes in
            ["\(title(area)):"]
                + shortened(changes, by: \.kind, line)
        }
        let head = "\(count(changes.count, "change")) \(isDryRun ? "would be made" : "to make")."
        return ([head, ""] + lines).joined(separator: "\n") + (isDryRun ? findings(plan.findings) : "")
    }

    private func line(_ change: SyncChange) -> String {
        // Most changes of accounts name the person themselves.
        let name = change.user.flatMap { change.what.split(separator: " ").contains(Substring($0)) ? nil : "\($0): " }
        return "  \(name ?? "")\(change.what) (\(change.why))"
    }

    /// - Returns: `nil` when there is nothing to say.
    func outcome(_ outcome: SyncOutcome) -> String? {
        var lines: [String] = []
        if !outcome.applied.isEmpty || !outcome.failed.isEmpty {
            let failed = outcome.failed.isEmpty ? "" : ", \(outcome.failed.count) could not be"
            lines.append("\(count(outcome.applied.count, "change")) applied\(failed).")
        }
        if outcome.isInterrupted { lines.append("Stopped before the end; the next run does the rest.") }
        let text = (lines.joined(separator: "\n") + findings(outcome.findings)).drop { $0 == "\n" }
        return text.isEmpty ? nil : "\n" + text
    }

    private func findings(_ findings: [SyncFinding]) -> String {
        guard !findings.isEmpty else { return "" }
        let lines = shortened(findings, by: \.kind) { finding in
            let head = "  \(finding.area.rawValue)\(finding.user.map { " \($0)" } ?? ""): \(finding.text)"
            return finding.remedy.map { "\(head)\n      \($0)" } ?? head
        }
        return "\n\n\(count(findings.count, "finding")):\n" + lines.joined(separator: "\n")
    }

    /// One line each; of many of one kind only the first, and how many more.
    private func shortened<Item>(_ items: [Item], by kind: (Item) -> String, _ line: (Item) -> String) -> [String] {
        var order: [String] = []
        var groups: [String: [Item]] = [:]
        for item in items {
            if groups[kind(item)] == nil { order.append(kind(item)) }
            groups[kind(item), default: []].append(item)
        }
        return order.flatMap { kind -> [String] in
            let group = groups[kind] ?? []
            guard !isVerbose, group.count > Self.limit.lines else { return group.map(line) }
            return group.prefix(Self.limit.sample).map(line)
                + ["  … and \(group.count - Self.limit.sample) more like this (--verbose shows all)"]
        }
    }

    private func title(_ area: SyncArea) -> String {
        switch area {
        case .accounts: "Accounts"
        case .limits: "Limits"
        case .disk: "Disk"
        case .jupyterhub: "JupyterHub"
        case .docker: "Docker"
        case .portainer: "Portainer"
        }
    }

    private func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
