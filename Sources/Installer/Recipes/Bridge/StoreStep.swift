import AtomicFiles
import BridgeConfiguration
import Glibc
import HostChanges

/// The user store: that of the platform where there is one, readable for the bridge and for nobody else; a new one where there is none.
///
/// A store is never in the manifest: whatever is uninstalled or purged, it stays.
struct StoreStep: Step {
    let component = Component.bridge
    let title = "Find the user store"
    let host: Host

    private static let group = "diycloud-bridge"

    func look() async throws -> StepStanding {
        let path = self.path
        guard access(host.files.real(path), F_OK) == 0 else {
            return .needed([PlannedChange(.file, "make an empty user store, \(path)")])
        }
        let wrong = try wrong(path)
        if wrong.isEmpty { return .done }
        return .needed([
            PlannedChange(
                .file,
                "let the bridge read the user store \(path), and nobody else but its owner",
                details: wrong.map { "\($0.path): 0\(String($0.mode, radix: 8)), group \($0.group)" }
            )
        ])
    }

    func traces() async throws -> [HostTrace] {
        let path = self.path
        var undo: [[String]]
        if access(host.files.real(path), F_OK) == 0 {
            undo = try wrong(path).flatMap { before in
                [["chgrp", "\(before.group)", before.path], ["chmod", String(before.mode, radix: 8), before.path]]
            }
        } else {
            // The group goes with the bridge; a later one of its number must not find the store open.
            undo = directories(above: path).filter { access(host.files.real($0), F_OK) != 0 }.map {
                ["chgrp", "-hR", "root", $0]
            }
        }
        guard !undo.isEmpty else { return [] }
        // A file that SQLite put away since is no reason to stop.
        let careful = undo.map { ["sh", "-c", "for last; do :; done; [ ! -e \"$last\" ] || \"$@\"", "sh"] + $0 }
        return [.command(id: "store-access", undo: careful, note: "that the bridge may read \(path)")]
    }

    func apply(_ report: StepReport) async throws {
        let path = self.path
        if access(host.files.real(path), F_OK) != 0 {
            let program = "\(Payload.installed)/bin/diycloud-bridge"
            let result = try await host.programs.run("env", [program, "init", "--config", SettingsStep.path])
            report.output(result.output + result.errors)
            guard result.status == 0 else { throw StepFailure(title: title, reason: result.complaint) }
        }
        let gid = try FileOwner(group: Self.group).numbers(for: path).gid
        for file in try wrong(path) {
            let real = host.files.real(file.path)
            guard chown(real, UInt32.max, gid) == 0, chmod(real, file.wantedMode) == 0 else {
                throw AtomicFileError.system(path: file.path, action: "opened for the bridge", errno: errno)
            }
        }
    }

    /// `store.path` of the configuration.
    var path: String {
        (try? Configuration.load(path: host.files.real(SettingsStep.path)))?.store.path
            ?? "/opt/diycloud/usermgmt/db/users.db"
    }

    private struct Access {
        let path: String
        let mode: UInt32
        let group: UInt32
        let wantedMode: UInt32
    }

    /// Of the store, its directory, what SQLite keeps beside it, and the directories above that are closed to the bridge.
    private func wrong(_ store: String) throws -> [Access] {
        let gid = (try? FileOwner(group: Self.group).numbers(for: store))?.gid
        let above = directories(above: store)
        let files = [store, "\(store)-wal", "\(store)-shm", "\(store)-journal"]
        return (above + files).compactMap { path in
            var status = stat()
            guard lstat(host.files.real(path), &status) == 0, status.st_mode & S_IFMT != S_IFLNK else { return nil }
            let mode = status.st_mode & 0o7777
            let isOwn = path == above.last
            if above.contains(path), !isOwn {
                // Who may pass already, may.
                if mode & 0o001 != 0 || (status.st_gid == gid && mode & 0o010 != 0) { return nil }
                return Access(path: path, mode: mode, group: status.st_gid, wantedMode: mode | 0o010)
            }
            let wanted = (mode | (isOwn ? 0o050 : 0o040)) & ~0o007
            guard mode != wanted || status.st_gid != gid else { return nil }
            return Access(path: path, mode: mode, group: status.st_gid, wantedMode: wanted)
        }
    }

    /// The directories on the way, the outermost first; the last one is the store's own.
    private func directories(above path: String) -> [String] {
        var directories: [String] = []
        var current = path[...]
        while let slash = current.lastIndex(of: "/"), slash > current.startIndex {
            current = current[..<slash]
            directories.append(String(current))
        }
        return directories.reversed()
    }
}
