import Foundation
import HostChanges
import HostPrograms

/// Portainer runs, from this image and with these arguments. Made anew when one of them changes; its data stays.
struct PortainerContainerStep: Step {
    let component = Component.portainer
    let host: Host

    var title: String { "Run Portainer" }

    func look() async throws -> StepStanding {
        let docker = DockerCommand(host.programs)
        let create = PlannedChange(.container, "run \(PortainerContainer.name) from \(PortainerImage.tag)")
        guard try await docker.report() != nil else { return .later(create, after: "the engine runs") }
        let facts = try await docker.inspected("container", PortainerContainer.name, as: PortainerContainer.Facts.self)
        if let facts, !facts.isOurs {
            return .blocked(
                "there is a container \(PortainerContainer.name) that is not ours. Its data can be kept: docker rename "
                    + "\(PortainerContainer.name) portainer-before && docker stop portainer-before, and run this again. "
                    + "(The volume \(PortainerContainer.volume) is used as it is.)"
            )
        }
        guard let wanted = try await wanted(docker) else { return .later(create, after: "its image is here") }
        guard let facts else {
            let port = wanted.port
            if LoopbackRequest(port: port).isOpen {
                return .blocked(
                    "port \(port) of 127.0.0.1 is in use. Stop what uses it, or set portainer.url to another port in \(InstalledConfiguration.path)."
                )
            }
            return .needed([create])
        }
        guard wanted.isSame(as: facts) else {
            return .needed([
                PlannedChange(
                    .container,
                    "make \(PortainerContainer.name) anew, from \(PortainerImage.tag)",
                    details: [
                        "its data stays, in the volume \(PortainerContainer.volume)", "sessions in it begin anew",
                    ]
                )
            ])
        }
        guard facts.state.running else {
            return .needed([PlannedChange(.container, "start \(PortainerContainer.name)")])
        }
        return .done
    }

    func traces() async throws -> [HostTrace] {
        let docker = DockerCommand(host.programs)
        let name = PortainerContainer.name
        let remove = "docker rm --force \(name) || ! docker container inspect \(name)"
        var traces: [HostTrace] = []
        if try await docker(["volume", "inspect", PortainerContainer.volume]).status != 0,
            let root = try await docker.report()?.rootDirectory
        {
            traces.append(.data("\(root)/volumes/\(PortainerContainer.volume)"))
        }
        return traces + [
            .command(id: "container:\(name)", undo: [["sh", "-c", remove]], note: "the container \(name)")
        ]
    }

    func apply(_ report: StepReport) async throws {
        let docker = DockerCommand(host.programs)
        guard let wanted = try await wanted(docker) else { return }
        if let facts = try await docker.inspected(
            "container",
            PortainerContainer.name,
            as: PortainerContainer.Facts.self
        ) {
            // Killed between these two, the next run finds none, and makes it.
            if wanted.isSame(as: facts) {
                try await run(["start", PortainerContainer.name], report)
                return
            }
            report.say("Stopping Portainer")
            try await run(["stop", PortainerContainer.name], report)
            try await run(["rm", PortainerContainer.name], report)
        }
        report.say("Starting Portainer")
        try await run(wanted.arguments, report)
    }

    private func run(_ arguments: [String], _ report: StepReport) async throws {
        let result = try await DockerCommand(host.programs)(arguments, within: .seconds(120))
        report.output(result.output + result.errors)
        guard result.status == 0 else { throw StepFailure(title: title, reason: result.complaint) }
    }

    /// Nil until the image is here.
    private func wanted(_ docker: DockerCommand) async throws -> PortainerContainer? {
        guard let image = try await docker.inspected("image", PortainerImage.tag, as: PortainerImage.Facts.self) else {
            return nil
        }
        let configuration = InstalledConfiguration.read(on: host)
        return PortainerContainer(
            image: image.id,
            port: configuration?.portainerPort ?? PortainerRecipe.defaultPort,
            passwordFile: configuration?.portainer.adminPasswordFile ?? PortainerRecipe.defaultPasswordFile
        )
    }
}
