import Foundation
import Glibc
public import HostChanges
import ManagedFiles
import PackageManagers

/// Takes back what is in the manifest, the last thing first.
///
/// Data stays unless a purge is asked for; so do homes and the user store, which are never in the manifest. What an administrator
/// changed is moved aside rather than deleted. What cannot be taken back stays in the manifest, for the next attempt.
public struct Removal: Sendable {
    /// One thing, and what would be or was done with it.
    public struct Item: Codable, Sendable, Equatable {
        public let component: Component
        public let trace: HostTrace
        /// "remove file /etc/…", "keep data in /var/lib/…".
        public let summary: String
        public let stays: Bool
    }

    private let host: Host
    private let components: Set<Component>
    private let purge: Bool
    private let keepPackages: Bool

    /// - Parameters:
    ///   - components: to take back; all of them for everything.
    ///   - purge: data too. - keepPackages: leave packages of the distribution installed.
    public init(_ components: Set<Component>, purge: Bool, keepPackages: Bool, on host: Host) {
        self.host = host
        self.components = components
        self.purge = purge
        self.keepPackages = keepPackages
    }

    /// What would be done, in order.
    public func plan() async -> [Item] {
        let manifest = await host.record.manifest
        return manifest.entries.reversed().filter { components.contains($0.component) }.map { entry in
            let stays = stays(entry.trace)
            let verb = stays ? "keep" : verb(for: entry.trace)
            return Item(
                component: entry.component,
                trace: entry.trace,
                summary: "\(verb) \(entry.trace.description)",
                stays: stays
            )
        }
    }

    /// Does it.
    /// - Parameter watch: told of each thing and, after it, of what became of it; nil when it was taken back.
    /// - Returns: what could not be taken back, and why.
    public func apply(watch: @Sendable (Item, _ note: String?) -> Void) async throws -> [(Item, String)] {
        var left: [(Item, String)] = []
        var needed: [Item] = []
        for item in await plan() {
            if item.stays {
                // Only the account goes: a later one of the same number must not find the data its own.
                if case .data(let path) = item.trace { try? await giveToRoot(path) }
                watch(item, "it stays")
                continue
            }
            do {
                let note = try await undo(item.trace)
                try await host.record.change { $0.remove(item.trace) }
                watch(item, note)
            } catch PackageError.neededBy {
                needed.append(item)
            } catch {
                left.append((item, "\(error)"))
                watch(item, "not taken back: \(error)")
            }
        }
        for item in try await removed(needed, watch) { watch(item, "it stays: something else needs it by now") }
        try? await host.units.reload()
        let gone = components
        try await host.record.change { manifest in
            manifest.components.subtract(gone)
            manifest.inputs = manifest.components.isEmpty ? [:] : manifest.inputs
        }
        return left
    }

    /// Packages that others of the list needed, one after the other as these go.
    /// - Returns: those that something else needs. They are no longer ours.
    private func removed(_ items: [Item], _ watch: @Sendable (Item, _ note: String?) -> Void) async throws -> [Item] {
        var rest = items
        // Some need each other, and go only together.
        let names = items.compactMap { if case .package(let name) = $0.trace { name } else { nil } }
        if (try? await host.packages.remove(names, progress: { _ in })) != nil {
            for item in items {
                try await host.record.change { $0.remove(item.trace) }
                watch(item, nil)
            }
            return []
        }
        var before = rest.count + 1
        while rest.count < before {
            before = rest.count
            var refused: [Item] = []
            for item in rest {
                do {
                    watch(item, try await undo(item.trace))
                } catch PackageError.neededBy {
                    refused.append(item)
                    continue
                } catch {
                    watch(item, "not taken back: \(error)")
                    continue
                }
                try await host.record.change { $0.remove(item.trace) }
            }
            rest = refused
        }
        for item in rest { try await host.record.change { $0.remove(item.trace) } }
        return rest
    }

    private func stays(_ trace: HostTrace) -> Bool {
        switch trace {
        case .data: !purge
        case .package: keepPackages
        default: false
        }
    }

    private func verb(for trace: HostTrace) -> String {
        switch trace {
        case .command: "take back:"
        case .unit: "stop and disable"
        default: "remove"
        }
    }

    private func undo(_ trace: HostTrace) async throws -> String? {
        switch trace {
        case .file(let path):
            if case .kept(let place) = try await host.files.undo(path) { return "it was changed by hand: now \(place)" }
        case .link(let path):
            var status = stat()
            if lstat(host.files.real(path), &status) == 0, status.st_mode & S_IFMT == S_IFLNK {
                unlink(host.files.real(path))
            }
        case .directory(let path):
            guard rmdir(host.files.real(path)) == 0 || errno == ENOENT else {
                return errno == ENOTEMPTY
                    ? "it stays: something is in it" : "it stays: \(String(cString: strerror(errno)))"
            }
        case .tree(let path), .data(let path):
            try Self.removeTree(host.files.real(path))
        case .package(let name):
            try await host.packages.remove([name]) { _ in }
        case .account(let name):
            try await run(["userdel", name], ignoring: 6)
            // userdel(8) keeps a group that is somebody's, too.
            _ = try? await host.programs.run("groupdel", [name])
        case .group(let name):
            try await run(["groupdel", name], ignoring: 6)
        case .unit(let name):
            try await host.units.stop(name)
        case .command(_, let undo, _):
            for command in undo { try await run(command, ignoring: nil) }
        }
        return nil
    }

    private func run(_ command: [String], ignoring status: Int32?) async throws {
        guard let name = command.first else { return }
        let result = try await host.programs.run(
            name,
            Array(command.dropFirst()),
            input: "",
            timeLimit: .seconds(300)
        )
        guard result.status == 0 || result.status == status else {
            throw StepFailure(title: command.joined(separator: " "), reason: result.complaint)
        }
    }

    private func giveToRoot(_ path: String) async throws {
        guard host.files.root.isEmpty, access(path, F_OK) == 0 else { return }
        _ = try await host.programs.run("chown", ["--recursive", "--no-dereference", "root:root", path])
    }

    /// Never across a mount: what is mounted there is not ours.
    private static func removeTree(_ path: String) throws {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        let mounts = (try? String(contentsOfFile: "/proc/self/mounts", encoding: .utf8)) ?? ""
        for line in mounts.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count > 1, fields[1] == path[...] || fields[1].hasPrefix(path + "/") else { continue }
            throw StepFailure(title: "remove \(path)", reason: "something is mounted at \(fields[1])")
        }
        try FileManager.default.removeItem(atPath: path)
    }
}
