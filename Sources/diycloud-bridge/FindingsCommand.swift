import ArgumentParser
import BridgeConfiguration
import Foundation
import Identity
import SyncReport
import UserStore

struct FindingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "findings",
        abstract: "List what is doubtful in the user store, and what this host does not do of what it says.",
        discussion: """
            First what is doubtful in the store and what is assumed instead, then what the last "sync-users" could not put \
            right. Nothing is changed. A finding keeps its id until what it is about is mended. The exit code is 0 whether \
            there are any or not.

            For one user:
              diycloud-bridge user show bob
            For programs:
              diycloud-bridge findings --format json
            Only one kind:
              diycloud-bridge findings --kind well-known-password

            JSON: one array. Each has "area" ("store", or an area of sync-users), "id", "kind", "assumed" (what is done \
            instead, or what is so) and, where there is one, "user", "raw_value" (store) and "remedy" (other areas).
            """
    )

    @OptionGroup var options: StoreOption
    @OptionGroup var report: FormatOption

    @Option(name: .long, help: ArgumentHelp("Only findings of this kind.", valueName: "kind"))
    var kind: String?

    func run() throws {
        let all = try StoreReader(options: options).read().findings.map(ShownFinding.init) + reconciliation()
        let findings = kind.map { kind in all.filter { $0.kind == kind } } ?? all
        guard report.format == .text else { return try report.printJSON(findings) }
        guard !findings.isEmpty else { return print("Nothing is doubtful.") }
        let store = findings.filter { $0.area == "store" }
        if !store.isEmpty {
            var table = TextTable("ID", "USER", "VALUE", "ASSUMED")
            for finding in store {
                table.add(finding.id, finding.user ?? "-", finding.rawValue.map { "`\($0)`" } ?? "-", finding.assumed)
            }
            print(table)
        }
        let others = findings.filter { $0.area != "store" }
        guard !others.isEmpty else { return }
        var table = TextTable("AREA", "USER", "WHAT IS SO", "WHAT TO DO")
        for finding in others {
            table.add(finding.area, finding.user ?? "-", finding.assumed, finding.remedy ?? "-")
        }
        print((store.isEmpty ? "" : "\n") + "\(table)")
    }

    /// What the last reconciliation found. That it may not be read is no reason to hide the rest.
    private func reconciliation() throws -> [ShownFinding] {
        let file = SyncReportFile(path: try options.configuration().sync.report)
        do throws(SyncReportError) {
            return try file.read()?.findings.map(ShownFinding.init) ?? []
        } catch {
            FileHandle.standardError.write(Data("note: what sync-users found is not shown: \(error)\n".utf8))
            return []
        }
    }
}

/// A finding of the store or of a reconciliation, as `findings` shows it; the names of the JSON keys are stable.
struct ShownFinding: Encodable {
    let area: String
    let id: String
    let kind: String
    let user: String?
    let rawValue: String?
    let assumed: String
    let remedy: String?

    init(_ finding: Finding) {
        area = "store"
        id = finding.id
        kind = finding.kind.rawValue
        user = finding.user
        rawValue = finding.rawValue
        assumed = finding.assumed
        remedy = nil
    }

    init(_ finding: SyncFinding) {
        area = finding.area.rawValue
        id = [finding.kind, finding.area.rawValue, finding.user].compactMap(\.self).joined(separator: ":")
        kind = finding.kind
        user = finding.user
        rawValue = nil
        assumed = finding.text
        remedy = finding.remedy
    }
}
