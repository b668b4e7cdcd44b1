import HostPrograms

/// Asks the hub and the bridge whether a person could come in (`diycloud_jupyterhub.health`).
struct HubProbe: Sendable {
    let programs: any HostPrograms
    let shelf: EnvironmentShelf
    let settings: HubSettings

    /// What is wrong, in a line; nil when both answer.
    func problem() async -> String? {
        let python = shelf.real("\(PythonEnvironment.Purpose.hub.link)/bin/python")
        // HOME: nothing of root's own configuration of Python counts.
        let arguments =
            ["-i", "HOME=/nonexistent"] + settings.wayToBridge
            + [python, "-I", "-m", "diycloud_jupyterhub.health", settings.url]
        do {
            let result = try await programs.run("env", arguments, input: "", timeLimit: .seconds(30))
            return result.status == 0 ? nil : result.complaint
        } catch { return error.description }
    }
}
