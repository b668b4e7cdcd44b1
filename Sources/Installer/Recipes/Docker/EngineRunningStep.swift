import Foundation
import Glibc
import HostChanges
import HostPrograms
import ManagedFiles
import ServiceUnits

/// The engine runs, with the settings that its file has now. It is restarted only for that, and the plan says what that stops.
struct EngineRunningStep: Step {
    static let unit = "docker.service"
    private static let process = "/run/docker.pid"

    let component = Component.docker
    let host: Host

    var title: String { "Start Docker with its settings" }

    func look() async throws -> StepStanding {
        guard host.programs.has("dockerd") else {
            return .later(PlannedChange(.unit, "start \(Self.unit)"), after: "the engine is installed")
        }
        let state = try await host.units.state(of: Self.unit)
        if state.load == "masked" { return .blocked("\(Self.unit) is masked: systemctl unmask \(Self.unit)") }
        guard state.isLoaded else {
            return .later(PlannedChange(.unit, "start \(Self.unit)"), after: "its files are there")
        }
        var changes: [PlannedChange] = []
        if !state.isEnabled { changes.append(PlannedChange(.unit, "enable \(Self.unit)")) }
        guard state.isActive, let report = try await DockerCommand(host.programs).report() else {
            return .needed(changes + [PlannedChange(.unit, "start \(Self.unit)")])
        }
        if report.isRootless {
            return .blocked(
                "the engine at \(DockerCommand.engineSocket) is rootless: it cannot serve several people. Use one of root's."
            )
        }
        if let restart = try await restart(report) { changes.append(restart) }
        return changes.isEmpty ? .done : .needed(changes)
    }

    func traces() async throws -> [HostTrace] {
        let state = try await host.units.state(of: Self.unit)
        return state.isEnabled && state.isActive ? [] : [.unit(Self.unit)]
    }

    func apply(_ report: StepReport) async throws {
        let docker = DockerCommand(host.programs)
        let before = try await docker.report()
        if let before, before.usesLiveRestore, try await changesRoot(before) {
            // They would run on where no engine sees them any more.
            for name in before.running {
                report.say("Stopping \(name)")
                _ = try await docker(["stop", name])
            }
        }
        let isActive = try await host.units.state(of: Self.unit).isActive
        report.say(isActive ? "Restarting Docker" : "Starting Docker")
        do {
            try await host.units.reload()
            try await host.units.start(Self.unit, restart: isActive)
            try await answer(docker)
        } catch {
            try await withdraw(report)
            throw error
        }
        try await proveMap()
    }

    private func answer(_ docker: DockerCommand) async throws {
        for _ in 0..<60 {
            if try await docker.report() != nil { return }
            try await Task.sleep(for: .seconds(1))
        }
        throw ServiceUnitError(
            name: Self.unit,
            reason: "it does not answer after a minute",
            journal: await host.units.journal(of: Self.unit)
        )
    }

    /// An engine that does not start with our settings gets its own back: what ran before us runs again.
    private func withdraw(_ report: StepReport) async throws {
        guard await host.record.manifest.files[DaemonFile.path]?.merged != nil else { return }
        report.say("Docker does not start with the new settings; putting the old ones back")
        _ = try await host.files.undo(DaemonFile.path)
        try await host.record.change { $0.files[DaemonFile.path]?.merged = nil }
        try? await host.units.start(Self.unit, restart: true)
    }

    /// dockerd makes the account and its ranges itself; without them in both files it would have refused to start, or maps nothing.
    private func proveMap() async throws {
        guard let set = try DaemonFile(on: host).object().value(at: ["userns-remap"]) else { return }
        let name =
            set == "\"default\""
            ? "dockremap" : set.filter { $0 != "\"" }.split(separator: ":").first.map(String.init) ?? ""
        for path in ["/etc/subuid", "/etc/subgid"] {
            let lines = (try host.files.text(of: path) ?? "").split(separator: "\n")
            guard lines.contains(where: { $0.hasPrefix("\(name):") }) else {
                throw StepFailure(
                    title: title,
                    reason:
                        "\(path) has no range for \(name). Give it one: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 \(name)"
                )
            }
        }
    }

    /// The engine reads its file when it starts, which is when it writes the number of its process.
    private func restart(_ report: EngineReport) async throws -> PlannedChange? {
        let changesRoot = try await changesRoot(report)
        var file = stat()
        var process = stat()
        let isOld =
            stat(host.files.real(DaemonFile.path), &file) == 0 && stat(host.files.real(Self.process), &process) == 0
            && (file.st_mtim.tv_sec, file.st_mtim.tv_nsec) > (process.st_mtim.tv_sec, process.st_mtim.tv_nsec)
        guard isOld || changesRoot else { return nil }
        var details: [String] = []
        if !report.running.isEmpty {
            details.append(
                report.usesLiveRestore && !changesRoot
                    ? "containers run on: \(report.running.joined(separator: ", "))"
                    : "stops what runs now: \(report.running.joined(separator: ", "))"
            )
        }
        return PlannedChange(
            .unit,
            "restart \(Self.unit), which has not read \(DaemonFile.path) since it changed",
            details: details
        )
    }

    private func changesRoot(_ report: EngineReport) async throws -> Bool {
        let set = try DaemonFile(on: host).object().value(at: ["userns-remap"]) ?? "\"\""
        return set != "\"\"" && !report.remapsUsers
    }
}
