import Doctor
import Foundation

/// The state of the cloud on one screen.
struct StatusText: CustomStringConvertible {
    private let status: CloudStatus
    private let paint: TerminalText
    private let now: Date

    init(_ status: CloudStatus, isTerminal: Bool, now: Date = Date()) {
        self.status = status
        paint = TerminalText(isOn: isTerminal)
        self.now = now
    }

    var description: String {
        guard !status.components.isEmpty else { return "Nothing is installed here yet: diycloud install\n" }
        var lines = [paint.bold("diycloud \(status.release)") + (status.address.map { "  \($0)" } ?? ""), ""]
        for unit in status.units {
            let state = unit.isRunning ? paint.green("runs") : paint.red(unit.state)
            let since = unit.since.map { "since \(Self.date($0)) (\(age($0)))" } ?? ""
            lines.append(row("\(unit.component.rawValue)", "\(unit.name)  \(state)  \(since)"))
        }
        lines.append("")
        if !status.versions.isEmpty {
            let versions = status.versions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            lines.append(row("versions", versions.joined(separator: ", ")))
        }
        lines.append(row("people", people))
        lines.append(row("sessions", status.sessions.map { "\($0)" } ?? "cannot be told"))
        lines.append(row("limits", limits))
        if let sync = status.sync {
            lines.append(row("reconciled", "\(age(sync.at)), \(sync.findings) findings"))
        } else {
            lines.append(row("reconciled", "not since this host was started"))
        }
        if let end = status.certificateEnds { lines.append(row("certificate", "good until \(Self.date(end))")) }
        lines.append(row("pending", status.pending.isEmpty ? "nothing" : "\(status.pending.count), see diycloud plan"))
        lines += status.pending.map { row("", $0) }
        return lines.joined(separator: "\n") + "\n"
    }

    private var people: String {
        guard let people = status.people else { return "cannot be told" }
        return "\(people.all) in the user store, \(people.administrators) administrators, \(people.disabled) disabled"
    }

    private var limits: String {
        guard let limited = status.limited, let people = status.people else { return "cannot be told" }
        let running = status.runningPeople.map { "; something runs of \($0)" } ?? ""
        return "in force for \(limited) of \(people.all)\(running)"
    }

    private func row(_ name: String, _ text: String) -> String {
        "  \(name)\(String(repeating: " ", count: max(1, 13 - name.count)))\(text)"
    }

    private func age(_ date: Date) -> String {
        let seconds = Int(now.timeIntervalSince(date))
        switch seconds {
        case ..<60: return "\(max(0, seconds)) s ago"
        case ..<3600: return "\(seconds / 60) min ago"
        case ..<86_400: return "\(seconds / 3600) h ago"
        default: return "\(seconds / 86_400) d ago"
        }
    }

    private static func date(_ date: Date) -> String {
        date.formatted(.iso8601.year().month().day().time(includingFractionalSeconds: false).dateTimeSeparator(.space))
    }
}
