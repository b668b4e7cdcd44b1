public import HostChanges
public import Installer

/// A component as it is, compared with what an installation would make of it: files, modes, units, packages, the proof of its own.
public struct InstallationCheck: Check {
    private let recipe: any Recipe.Type
    private let host: Host

    public init(_ recipe: any Recipe.Type, on host: Host) {
        self.recipe = recipe
        self.host = host
    }

    public var id: String { "installation-\(name)" }
    public var title: String { "The component \(name) is as it was installed" }
    private var name: String { recipe.component.rawValue }

    public func look() async throws -> [Finding] {
        try await Installation([recipe], on: host).plan().items.compactMap(finding)
    }

    public func fix() async throws -> [String] {
        let watcher = QuietWatcher()
        let outcome = await Installation([recipe], on: host).apply(watch: watcher, isStopped: { false })
        if let reason = outcome.broken[recipe.component] { throw Unchecked(reason) }
        return watcher.lines
    }

    private func finding(_ item: InstallPlan.Item) -> Finding? {
        let what = item.changes.map(\.summary).joined(separator: "; ")
        switch item.standing {
        case .done:
            return nil
        case .pending:
            return Finding(
                .notice,
                "\(what): \(item.reason ?? "")",
                why: "It was left as an administrator made it.",
                remedy: "diycloud plan \(name) shows the difference; diycloud install \(name) --force writes ours"
            )
        case .needed, .later:
            return Finding(
                .warning,
                item.reason.map { "\(what) (\($0))" } ?? what,
                why: "An installation would change it: it is not as \(name) needs it.",
                remedy: "diycloud install \(name)",
                isFixable: true
            )
        case .blocked:
            return Finding(
                .warning,
                "\(item.title): \(item.reason ?? "")",
                why: "\(name) cannot be brought up to date before.",
                remedy: "then: diycloud install \(name)"
            )
        }
    }
}
