import AtomicFiles
import Foundation
import Glibc
public import HostChanges
public import ManagedFiles
import ServiceUnits

/// Files of nginx that take effect together, or not at all: written, tested by nginx itself, and put back as they were when it refuses
/// them. A server that runs is then told to read them.
public struct NginxFilesStep: Step {
    public let component: Component
    public let title: String
    private let host: Host
    private let files: @Sendable () async throws -> [ManagedFile]
    private let links: [LinkStep]

    /// - Parameters:
    ///   - links: that make nginx read some of the files.
    ///   - files: asked each time, since some depend on what earlier steps left.
    public init(
        _ component: Component,
        _ title: String,
        links: [LinkStep] = [],
        on host: Host,
        files: @escaping @Sendable () async throws -> [ManagedFile]
    ) {
        self.component = component
        self.title = title
        self.links = links
        self.host = host
        self.files = files
    }

    public func look() async throws -> StepStanding {
        let files = try await files()
        var needed: [PlannedChange] = []
        var pending: StepStanding?
        for file in files {
            let standing = try await host.files.look(file, force: host.options.force)
            switch standing {
            case .needed(let changes): needed += changes
            case .blocked: return standing
            case .pending: pending = pending ?? standing
            case .done, .later: break
            }
        }
        for link in links {
            let standing = try await link.look()
            if case .pending = standing { pending = pending ?? standing } else { needed += standing.changes }
        }
        if !needed.isEmpty { return .needed(needed) }
        if let pending { return pending }
        if await host.record.manifest.inputs[key] == digest(files) { return .done }
        return .needed([PlannedChange(.command, "let nginx test and read its configuration")])
    }

    /// What takes it back has its effect once nginx has read what is left.
    public func traces() async throws -> [HostTrace] {
        let reload =
            "! systemctl --quiet is-active nginx.service || { nginx -q -t && systemctl reload nginx.service; }"
        let trace = HostTrace.command(
            id: "nginx-reload:\(component.rawValue)",
            undo: [["sh", "-c", reload]],
            note: "what nginx has read of \(component.rawValue)"
        )
        var traces = [trace]
        for link in links { traces += try await link.traces() }
        return traces
    }

    public func apply(_ report: StepReport) async throws {
        let files = try await files()
        let before = try await before(files)
        for file in files { try await host.files.write(file, force: host.options.force, for: component) }
        for link in links {
            if case .needed = try await link.look() { try await link.apply(report) }
        }
        report.say("nginx tests its configuration")
        let test = try await host.programs.run("nginx", ["-t"])
        report.output(test.output + test.errors)
        guard test.status == 0 else {
            try await putBack(before)
            let again = try await host.programs.run("nginx", ["-t"])
            let rest =
                again.status == 0
                ? "" : "\nIt does not accept what was there before either:\n\(again.output)\(again.errors)"
            throw StepFailure(
                title: title,
                reason: "nginx refuses the configuration; everything was put back as it was.\n\(test.errors)\(rest)"
            )
        }
        if try await host.units.state(of: "nginx.service").isActive { try await host.units.reload("nginx.service") }
        let (key, wanted) = (key, digest(files))
        try await host.record.change { $0.inputs[key] = wanted }
    }

    // MARK: - What was there before

    private struct Before {
        let path: String
        let content: Data?
        let status: stat
        let known: Manifest.File?
        let isLink: Bool
    }

    private func before(_ files: [ManagedFile]) async throws -> [Before] {
        let manifest = await host.record.manifest
        var all: [Before] = []
        for file in files {
            var status = stat()
            let real = host.files.real(file.path)
            let content = lstat(real, &status) == 0 ? try? AtomicFile(real).read() : nil
            let known = manifest.files[file.path]
            all.append(Before(path: file.path, content: content, status: status, known: known, isLink: false))
        }
        for link in links where access(host.files.real(link.path), F_OK) != 0 {
            all.append(Before(path: link.path, content: nil, status: stat(), known: nil, isLink: true))
        }
        return all
    }

    private func putBack(_ before: [Before]) async throws {
        for item in before.reversed() {
            let real = host.files.real(item.path)
            if let content = item.content {
                let owner = (item.status.st_uid, item.status.st_gid)
                try AtomicFile(real).replace(content, mode: item.status.st_mode & 0o7777, owner: owner)
            } else if unlink(real) != 0, errno != ENOENT {
                throw AtomicFileError.system(path: item.path, action: "removed", errno: errno)
            }
        }
        try await host.record.change { manifest in
            for item in before where !item.isLink {
                manifest.files[item.path] = item.known
                if item.known == nil { manifest.remove(.file(item.path)) }
            }
        }
    }

    private var key: String { "nginx:\(component.rawValue)" }

    private func digest(_ files: [ManagedFile]) -> String {
        var all = Data()
        for path in files.map(\.path).sorted() {
            all += Data("\(path)\0".utf8)
            all += (try? AtomicFile(host.files.real(path)).read()) ?? Data()
        }
        return ManagedFiles.digest(all)
    }
}
