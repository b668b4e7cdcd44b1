import AtomicFiles
import BridgeConfiguration
import Glibc
import HostChanges

/// The user store: that of the platform where there is one, readable for the bridge and for nobody else; a new one where there is none.
///
/// A store is never in the manifest: whatever is uninstalled or purged, it stays. What is undone is who may read it.
struct StoreStep: Step {
    static let usual = "/opt/diycloud/usermgmt/db/users.db"

    let component = Component.bridge
    let title = "Find the user store"
    let host: Host

    private static let group = "diycloud-bridge"
    private static let trace = "store-access"

    func look() async throws -> StepStanding {
        let store = self.store
        guard access(host.files.real(path), F_OK) == 0 else {
            return .needed([PlannedChange(.file, "make an empty user store, \(path)")])
        }
        let closed = try store.closed()
        if closed.isEmpty { return .done }
        return .needed([
            PlannedChange(
                .file,
                "let the bridge read the user store \(path)",
                details: closed.map(\.description)
            )
        ])
    }

    /// What a first run noted stays: after one that was killed the rest of it is as that found it, and only what is new is added.
    func traces() async throws -> [HostTrace] {
        let known = await host.record.manifest.entries.map(\.trace).compactMap { trace in
            if case .command(Self.trace, let undo, _) = trace { undo } else { nil }
        }.first
        let closed: [StoreAccess.Item]
        if access(host.files.real(path), F_OK) == 0 {
            closed = try store.closed()
        } else {
            closed = store.made
        }
        let new = closed.map { item in
            // A file that SQLite put away since is no reason to stop.
            let change = "[ ! -e \"$3\" ] || { chgrp \"$1\" \"$3\" && chmod \"$2\" \"$3\"; }"
            return ["sh", "-c", change, "sh", "\(item.group)", String(item.mode, radix: 8), item.path]
        }
        let paths = Set((known ?? []).compactMap(\.last))
        let undo = (known ?? []) + new.filter { !paths.contains($0.last ?? "") }
        if undo.isEmpty { return [] }
        return [.command(id: Self.trace, undo: undo, note: "that the bridge may read \(path)")]
    }

    func apply(_ report: StepReport) async throws {
        if access(host.files.real(path), F_OK) != 0 {
            let program = "\(Payload.installed)/bin/diycloud-bridge"
            let result = try await host.programs.run("env", [program, "init", "--config", SettingsStep.path])
            report.output(result.output + result.errors)
            guard result.status == 0 else { throw StepFailure(title: title, reason: result.complaint) }
        }
        try store.open(to: try FileOwner(group: Self.group).numbers(for: path).gid)
    }

    /// `store.path` of the configuration.
    var path: String {
        (try? Configuration.load(path: host.files.real(SettingsStep.path)))?.store.path ?? Self.usual
    }

    private var store: StoreAccess {
        let gid = (try? FileOwner(group: Self.group).numbers(for: path))?.gid
        return StoreAccess(path: path, root: host.files.root, group: gid, isUsualPlace: path == Self.usual)
    }
}
