import Foundation
import HostChanges

/// Puts new environments into use and starts the hub, together: when it does not answer, what ran before is put back.
///
/// Servers of people are units or processes of their own and go on meanwhile; they run from the environment that they started from.
struct HubStep: Step {
    static let unit = "diycloud-jupyterhub.service"

    let component = Component.jupyterhub
    let title = "Start JupyterHub"
    let plans: EnvironmentPlans
    let shelf: EnvironmentShelf
    let settings: HubSettings
    /// Files that the hub reads at its start.
    let files: [String]

    func look() async throws -> StepStanding {
        var changes: [PlannedChange] = []
        for purpose in PythonEnvironment.Purpose.allCases {
            guard let environment = try await plans.wanted(purpose), shelf.isComplete(environment) else {
                let change = PlannedChange(.unit, "start \(Self.unit)")
                return .later(change, after: "the Python environments are made")
            }
            guard shelf.link(purpose) != .to(environment.target) else { continue }
            changes.append(PlannedChange(.link, "link \(purpose.link) -> \(environment.target)"))
        }
        switch try await service.look() {
        case .needed(let more): changes += more
        case .later(let change, let after): return .later(change, after: after)
        case .blocked(let why): return .blocked(why)
        case .pending(let change, let why): return .pending(change, why: why)
        case .done: break
        }
        return changes.isEmpty ? .done : .needed(changes)
    }

    func traces() async throws -> [HostTrace] {
        PythonEnvironment.Purpose.allCases.map { .link($0.link) } + (try await service.traces())
    }

    func apply(_ report: StepReport) async throws {
        let before = PythonEnvironment.Purpose.allCases.map { ($0, shelf.link($0)) }
        var isSwitched = false
        for (purpose, link) in before {
            guard let environment = try await plans.wanted(purpose) else { throw EnvironmentError.noPython }
            if link != .to(environment.target) { isSwitched = true }
        }
        let database = isSwitched ? try await keepDatabase(report) : nil
        for purpose in PythonEnvironment.Purpose.allCases {
            guard let environment = try await plans.wanted(purpose) else { throw EnvironmentError.noPython }
            try shelf.point(purpose, to: environment.target)
        }
        do { try await service.apply(report) } catch {
            // A first installation has nothing to go back to; neither has a change that is not about environments.
            let old = before.compactMap { purpose, link in
                if case .to(let target) = link { (purpose, target) } else { nil }
            }
            guard isSwitched, old.count == before.count else { throw error }
            report.say("Putting back what ran before")
            _ = try? await plans.host.programs.run("systemctl", ["stop", Self.unit])
            for (purpose, target) in old { try shelf.point(purpose, to: target) }
            if let database { try putBack(database) }
            let isBack: Bool
            do {
                try await service.apply(report)
                isBack = true
            } catch { isBack = false }
            throw EnvironmentError.rolledBack(reason: "\(error)", isBack: isBack)
        }
    }

    private var service: UnitStep {
        // The stamp is the hub's environment in few bytes: with another one the unit is restarted.
        let stamp = "\(PythonEnvironment.Purpose.hub.link)/\(PythonEnvironment.stamp)"
        let probe = HubProbe(programs: plans.host.programs, shelf: shelf, settings: settings)
        return UnitStep(
            .jupyterhub,
            Self.unit,
            restartAfter: files + [stamp],
            on: plans.host,
            ready: { await probe.problem() }
        )
    }

    // MARK: - The hub's database

    private var database: String { shelf.real("\(settings.state)/jupyterhub.sqlite") }

    /// A newer hub changes its database, and an older one then refuses it. Taken while no hub runs.
    private func keepDatabase(_ report: StepReport) async throws -> String? {
        guard FileManager.default.fileExists(atPath: database) else { return nil }
        report.say("Stopping the hub; notebooks go on")
        _ = try await plans.host.programs.run("systemctl", ["stop", Self.unit], input: "", timeLimit: .seconds(120))
        let copy = "\(database).before-upgrade"
        try? FileManager.default.removeItem(atPath: copy)
        do { try FileManager.default.copyItem(atPath: database, toPath: copy) } catch {
            throw EnvironmentError.file(path: copy, action: "written", reason: "\(error)")
        }
        return copy
    }

    private func putBack(_ copy: String) throws {
        // What was not finished of the newer one's writing does not belong to the older one.
        for suffix in ["-journal", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: database + suffix) }
        do {
            try? FileManager.default.removeItem(atPath: database)
            try FileManager.default.copyItem(atPath: copy, toPath: database)
        } catch {
            throw EnvironmentError.file(path: database, action: "put back from \(copy)", reason: "\(error)")
        }
    }
}
