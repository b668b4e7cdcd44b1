import AtomicFiles
import Foundation
public import HostChanges
import ManagedFiles

/// Values in `bridge.yaml` that a component needs.
///
/// A value is ours to set while it is the one that the file was made with, or the one that an earlier run set. What an administrator
/// wrote stays, and is shown.
public struct SettingsStep: Step {
    public static let path = "/etc/diycloud-bridge/bridge.yaml"

    public let component: Component
    private let wanted: [(key: String, value: String)]
    private let host: Host

    /// - Parameter wanted: keys (`docker.address`) and values, as YAML; of a block each line, indented from zero.
    public init(_ component: Component, _ wanted: [(key: String, value: String)], on host: Host) {
        self.component = component
        self.wanted = wanted
        self.host = host
    }

    public var title: String { "Set what \(component.rawValue) needs in bridge.yaml" }

    public func look() async throws -> StepStanding {
        guard let current = try host.files.text(of: Self.path) else {
            let keys = wanted.map(\.key).joined(separator: ", ")
            return .later(PlannedChange(.file, "set \(keys) in \(Self.path)"), after: "that file is there")
        }
        let (settings, foreign, impossible) = try await settled(current)
        if let key = impossible {
            return .blocked("\(Self.path) is written in a way that \(key) cannot be set in it. Set it by hand: \(text)")
        }
        let diff = LineDiff.unified(from: current, to: settings.text, name: Self.path)
        if settings.text != current { return .needed([PlannedChange(.file, "update \(Self.path)", diff: diff)]) }
        guard !foreign.isEmpty else { return .done }
        let lines = foreign.map { "\($0.key): \($0.value)" }
        return .pending(
            PlannedChange(.file, "set in \(Self.path)", details: lines),
            why: "an administrator set \(foreign.map(\.key).joined(separator: ", ")) to something else"
        )
    }

    public func apply(_ report: StepReport) async throws {
        guard let current = try host.files.text(of: Self.path) else { return }
        let (settings, _, _) = try await settled(current)
        let before = SettingsText(current)
        let set = wanted.filter { before.value(of: $0.key) != settings.value(of: $0.key) }
        // Recorded first: what is found in the file with this value is ours even when the run ends here.
        try await host.record.change { manifest in
            for (key, _) in set { manifest.inputs[Self.record(key)] = settings.value(of: key) }
        }
        try await keepOurs(current, settings.text)
        let real = host.files.real(Self.path)
        let owner = host.files.root.isEmpty ? try FileOwner(group: "diycloud-bridge").numbers(for: real) : nil
        try AtomicFile(real).replace(Data(settings.text.utf8), mode: 0o640, owner: owner)
        try await keepOurs(settings.text, settings.text)
    }

    /// The file as it should be, what is an administrator's own, and the first key that cannot be set.
    private func settled(_ current: String) async throws -> (
        SettingsText, foreign: [(key: String, value: String)], impossible: String?
    ) {
        var settings = SettingsText(current)
        let shipped = SettingsText(try host.payload.text("bridge.yaml"))
        let inputs = await host.record.manifest.inputs
        var foreign: [(key: String, value: String)] = []
        for (key, value) in wanted {
            let now = settings.value(of: key)
            var trial = settings
            guard trial.set(key, to: value) else { return (settings, foreign, key) }
            if now == trial.value(of: key) { continue }
            let isOurs = now == nil || now == shipped.value(of: key) || now == inputs[Self.record(key)]
            if isOurs || host.options.force { settings = trial } else { foreign.append((key, value)) }
        }
        return (settings, foreign, nil)
    }

    /// A file that nobody else has changed stays one that an uninstall may remove.
    private func keepOurs(_ current: String, _ new: String) async throws {
        let (before, after) = (ManagedFiles.digest(Data(current.utf8)), ManagedFiles.digest(Data(new.utf8)))
        try await host.record.change { manifest in
            guard let known = manifest.files[Self.path], [known.wrote, known.writing].contains(before) else { return }
            manifest.files[Self.path]?.wrote = before
            manifest.files[Self.path]?.writing = after
        }
    }

    private var text: String { wanted.map { "\($0.key): \($0.value)" }.joined(separator: "; ") }

    private static func record(_ key: String) -> String { "setting:\(key)" }
}
