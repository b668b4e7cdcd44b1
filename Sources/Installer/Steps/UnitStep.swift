import AtomicFiles
import Foundation
import Glibc
public import HostChanges
import ManagedFiles
import ServiceUnits

/// A unit of systemd that is enabled and runs, with the files that it was given at its last start.
public struct UnitStep: Step {
    public let component: Component
    public let name: String
    private let sockets: [String]
    private let files: [String]
    private let host: Host
    private let isReady: @Sendable () async -> String?

    /// - Parameters:
    ///   - sockets: units that start it; enabled and active with it, and renewed while it is stopped, since systemd lets no socket of a
    ///     running service be restarted (systemd.socket(5)).
    ///   - restartAfter: paths; the unit is restarted when one of them is not as it was at the last start.
    ///   - ready: asks the service itself, after it was started: nil when it answers, else what is wrong. Asked for up to 60 s.
    public init(
        _ component: Component,
        _ name: String,
        sockets: [String] = [],
        restartAfter files: [String] = [],
        on host: Host,
        ready: @escaping @Sendable () async -> String? = { nil }
    ) {
        self.component = component
        self.name = name
        self.sockets = sockets
        self.files = files
        self.host = host
        isReady = ready
    }

    public var title: String { "Start \(name)" }

    public func look() async throws -> StepStanding {
        let state = try await host.units.state(of: name)
        if state.load == "masked" {
            return .blocked("\(name) is masked: systemctl unmask \(name)")
        }
        guard state.isLoaded else {
            return .later(PlannedChange(.unit, "enable and start \(name)"), after: "its files are there")
        }
        var changes: [PlannedChange] = []
        let idle = try await idleSockets()
        if !state.isEnabled { changes.append(PlannedChange(.unit, "enable \(name)")) }
        if !state.isActive {
            changes.append(PlannedChange(.unit, "start \(name)"))
        } else if !idle.isEmpty {
            changes.append(PlannedChange(.unit, "restart \(name) with \(idle.joined(separator: ", "))"))
        } else if !files.isEmpty, await host.record.manifest.inputs[key] != digest() {
            changes.append(PlannedChange(.unit, "restart \(name), whose files are new to it"))
        }
        return changes.isEmpty ? .done : .needed(changes)
    }

    public func traces() async throws -> [HostTrace] {
        // Undone the other way round: first what would start the service again, then the service.
        var traces: [HostTrace] = []
        for unit in [name] + sockets {
            let state = try await host.units.state(of: unit)
            if !(state.isEnabled && state.isActive) { traces.append(.unit(unit)) }
        }
        return traces
    }

    public func apply(_ report: StepReport) async throws {
        try await host.units.reload()
        let wanted = digest()
        let isActive = try await host.units.state(of: name).isActive
        report.say("\(isActive ? "Restarting" : "Starting") \(name)")
        if sockets.isEmpty {
            try await host.units.start(name, restart: isActive)
        } else {
            try await host.units.restart(name, with: sockets)
        }
        try await settle(report)
        let key = key
        try await host.record.change { $0.inputs[key] = wanted }
    }

    /// A service that dies a moment after its start is not started.
    private func settle(_ report: StepReport) async throws {
        var problem: String?
        for attempt in 0..<60 {
            try await Task.sleep(for: .seconds(1))
            let state = try await host.units.state(of: name)
            if state.active == "failed" || (state.active == "inactive" && attempt > 1) {
                throw ServiceUnitError(name: name, reason: "it ended", journal: await host.units.journal(of: name))
            }
            problem = state.isActive ? await isReady() : "it is \(state.active)"
            guard let waiting = problem else { return }
            report.say("Waiting for \(name): \(waiting)")
        }
        let journal = await host.units.journal(of: name)
        throw ServiceUnitError(name: name, reason: "after a minute: \(problem ?? "")", journal: journal)
    }

    private func idleSockets() async throws -> [String] {
        var idle: [String] = []
        for socket in sockets {
            let state = try await host.units.state(of: socket)
            if !state.isActive || !state.isEnabled { idle.append(socket) }
        }
        return idle
    }

    private var key: String { "unit:\(name)" }

    private func digest() -> String {
        var all = Data()
        for path in files {
            all += Data("\(path)\0".utf8)
            all += Self.content(of: host.files.real(path))
        }
        return ManagedFiles.digest(all)
    }

    /// A program is known by its size and date: reading it would make each look slow.
    private static func content(of path: String) -> Data {
        var status = stat()
        guard lstat(path, &status) == 0 else { return Data() }
        guard status.st_size > 1 << 20 else { return (try? AtomicFile(path).read()) ?? Data() }
        return Data("\(status.st_size) \(status.st_mtim.tv_sec) \(status.st_mtim.tv_nsec)".utf8)
    }
}
