import HostChanges

/// Removes environments that were replaced, but for the last one, and for those that servers of people still run from.
struct OldEnvironmentsStep: Step {
    let component = Component.jupyterhub
    let title = "Remove old Python environments"
    let plans: EnvironmentPlans
    let shelf: EnvironmentShelf

    func look() async throws -> StepStanding {
        let names = try await leftovers()
        if names.isEmpty { return .done }
        return .needed(names.map { PlannedChange(.directory, "remove \(PythonEnvironment.shelf)/\($0)") })
    }

    func apply(_ report: StepReport) async throws {
        for name in try await leftovers() {
            report.say("Removing \(name)")
            try shelf.remove(name)
        }
    }

    private func leftovers() async throws -> [String] {
        var wanted: Set<String> = []
        for purpose in PythonEnvironment.Purpose.allCases {
            // Without a Python nobody can say what is old.
            guard let environment = try await plans.wanted(purpose) else { return [] }
            wanted.insert(environment.name)
        }
        return shelf.leftovers(keeping: wanted, commandLines: EnvironmentShelf.commandLines())
    }
}
