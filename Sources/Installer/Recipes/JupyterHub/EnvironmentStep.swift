import HostChanges

/// Makes an environment that is not there yet. It is not put into use here.
struct EnvironmentStep: Step {
    let component = Component.jupyterhub
    let purpose: PythonEnvironment.Purpose
    let plans: EnvironmentPlans
    let shelf: EnvironmentShelf

    var title: String {
        switch purpose {
        case .hub: "Make the hub's Python environment"
        case .users: "Make the notebooks' Python environment (\(plans.host.options.profile.rawValue))"
        }
    }

    func look() async throws -> StepStanding {
        guard let environment = try await plans.wanted(purpose) else {
            return .later(PlannedChange(.directory, "make \(purpose.link)"), after: "Python is installed")
        }
        if shelf.isComplete(environment) { return .done }
        if shelf.link(purpose) == .somethingElse {
            return .blocked(
                "\(purpose.link) is there and diycloud did not make it. Move it away (mv \(purpose.link) "
                    + "\(purpose.link).before) and run this again; the hub's data is elsewhere."
            )
        }
        let lock = plans.lockName(purpose)
        let (needed, free) = (EnvironmentPlans.megabytes(lock: lock), shelf.freeMegabytes())
        guard free > needed else {
            return .blocked("\(PythonEnvironment.shelf) needs \(needed) MB for this, and \(free) MB are free.")
        }
        let count = PipProgress.packages(inLock: try plans.host.payload.text("jupyterhub/locks/\(lock).txt"))
        return .needed([
            PlannedChange(
                .directory,
                "make \(environment.directory) with \(environment.python.program), and link \(purpose.link) to it",
                details: [
                    "up to \(count) packages from \(plans.host.options.wheelhouse ?? "PyPI"), each known by its SHA-256 "
                        + "(\(lock).txt), about \(needed) MB"
                ]
            )
        ])
    }

    func traces() async throws -> [HostTrace] { [.tree(PythonEnvironment.shelf)] }

    func apply(_ report: StepReport) async throws {
        guard let environment = try await plans.wanted(purpose) else { throw EnvironmentError.noPython }
        try await EnvironmentBuild(environment: environment, host: plans.host, shelf: shelf).run(report)
    }
}
