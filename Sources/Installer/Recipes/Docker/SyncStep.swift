import HostChanges
import HostPrograms

/// `diycloud-bridge sync-users` for some areas. Whether there is something to do says its own dry run.
struct SyncStep: Step {
    let component: Component
    /// `docker`, or `docker,portainer`.
    let areas: String
    let host: Host

    var title: String { "Bring \(areas.replacing(",", with: " and ")) to what the user store says" }

    private var change: PlannedChange { PlannedChange(.command, "run diycloud-bridge sync-users --only \(areas)") }

    func look() async throws -> StepStanding {
        let result = try await run(["--dry-run"])
        switch result.status {
        case 0: return .done
        case 2:
            let lines = result.output.split(separator: "\n").prefix(12).map(String.init)
            return .needed([PlannedChange(.command, change.summary, details: lines)])
        // The program, its configuration, the store or the engine are not there yet.
        default: return .later(change, after: "it can be asked (now: \(result.complaint))")
        }
    }

    func apply(_ report: StepReport) async throws {
        // The service that watches the store may be at work on the same.
        let result = try await run(["--wait", "120"], within: .seconds(1200))
        report.output(result.output + result.errors)
        guard result.status == 0 else { throw StepFailure(title: title, reason: result.complaint) }
    }

    private func run(_ arguments: [String], within limit: Duration = .seconds(120)) async throws -> ProgramResult {
        // Not in a directory in which programs are looked up.
        try await host.programs.run(
            "env",
            [
                "\(Payload.installed)/bin/diycloud-bridge", "sync-users", "--only", areas, "--config",
                InstalledConfiguration.path,
            ]
                + arguments,
            input: "",
            timeLimit: limit
        )
    }
}
