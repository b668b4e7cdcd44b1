import Doctor

/// What a checkup found, for a person: the worst first, and little when all is well.
struct CheckupText: CustomStringConvertible {
    private let reports: [CheckReport]
    private let paint: TerminalText

    init(_ reports: [CheckReport], isTerminal: Bool) {
        self.reports = reports
        paint = TerminalText(isOn: isTerminal)
    }

    var description: String {
        let found = reports.flatMap { report in report.findings.map { (report.id, $0) } }
        var text = ""
        for severity in Severity.allCases.reversed() {
            let findings = found.filter { $0.1.severity == severity }
            guard !findings.isEmpty else { continue }
            text += "\(heading(severity)) (\(findings.count))\n" + findings.map(self.text).joined()
        }
        let unchecked = reports.filter { $0.unchecked != nil }
        if !unchecked.isEmpty {
            text += paint.bold("could not be looked at (\(unchecked.count))") + "\n"
            text += unchecked.map { "  \($0.id): \($0.unchecked ?? "")\n" }.joined()
        }
        let well = reports.count(where: \.isWell)
        text +=
            well == reports.count
            ? "\(well) checks, all well.\n" : "\(well) of \(reports.count) checks found all well.\n"
        if found.contains(where: { $0.1.isFixable }) {
            text += "What is marked * is mended by: diycloud doctor --fix\n"
        }
        return text
    }

    private func heading(_ severity: Severity) -> String {
        switch severity {
        case .critical: paint.red(paint.bold("critical"))
        case .warning: paint.yellow(paint.bold("warnings"))
        case .notice: paint.bold("notices")
        }
    }

    private func text(_ id: String, _ finding: Finding) -> String {
        let what = finding.what.split(separator: "\n").joined(separator: "\n      ")
        return "  \(finding.isFixable ? "*" : "-") \(id): \(what)\n" + "      \(finding.why)\n"
            + "      \(paint.dim("→")) \(finding.remedy)\n"
    }
}
