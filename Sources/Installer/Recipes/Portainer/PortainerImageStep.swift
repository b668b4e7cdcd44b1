import Foundation
import HostChanges
import HostPrograms
import ManagedFiles

/// Portainer's image: out of a local archive, or pulled; the same bytes from the first time on.
struct PortainerImageStep: Step {
    static let recordKey = "image:\(PortainerImage.tag)"

    let component = Component.portainer
    let host: Host

    var title: String { "Get Portainer's image" }

    func look() async throws -> StepStanding {
        let docker = DockerCommand(host.programs)
        guard let report = try await docker.report() else {
            return .later(PlannedChange(.container, "pull \(PortainerImage.tag)"), after: "the engine runs")
        }
        guard let version = PortainerVersion(PortainerImage.version),
            version.speaks(to: report.oldestAPI ?? APIVersion(1, 24))
        else {
            return .blocked(
                "Docker \(report.version) speaks no API before \(report.oldestAPI?.description ?? "?"), and Portainer "
                    + "\(PortainerImage.version) none so new. Set \"min-api-version\": \"1.24\" in \(DaemonFile.path), or upgrade diycloud."
            )
        }
        if let facts = try await docker.inspected("image", PortainerImage.tag, as: PortainerImage.Facts.self) {
            let recorded = await recorded()
            if recorded.isEmpty || facts.matches(recorded) { return recorded.isEmpty ? .needed([note(facts)]) : .done }
            if host.options.force { return .needed([note(facts)]) }
            return .pending(
                note(facts),
                why:
                    "the tag \(PortainerImage.tag) stands for other bytes than when it was first pulled (\(recorded.joined(separator: ", "))). "
                    + "See at the registry which are right; --force takes the new ones"
            )
        }
        if let directory = host.options.images {
            guard let archive = archive(in: directory) else {
                return .blocked(
                    "\(directory) has no archive of \(PortainerImage.tag). Make one where there is a registry: docker pull "
                        + "\(PortainerImage.tag) && docker save \(PortainerImage.tag) --output portainer-ce-\(PortainerImage.version).tar"
                )
            }
            return .needed([PlannedChange(.container, "load \(PortainerImage.tag) from \(archive)")])
        }
        let first = PortainerImage.digest == nil ? ["its digest is recorded, and counts from then on"] : []
        return .needed([PlannedChange(.container, "pull \(PortainerImage.reference)", details: first)])
    }

    func traces() async throws -> [HostTrace] {
        let docker = DockerCommand(host.programs)
        guard try await docker.inspected("image", PortainerImage.tag, as: PortainerImage.Facts.self) == nil else {
            return []
        }
        let remove = "docker image rm \(PortainerImage.tag) || ! docker image inspect \(PortainerImage.tag)"
        return [
            .command(id: Self.recordKey, undo: [["sh", "-c", remove]], note: "the image \(PortainerImage.tag)")
        ]
    }

    func apply(_ report: StepReport) async throws {
        let docker = DockerCommand(host.programs)
        if try await docker.inspected("image", PortainerImage.tag, as: PortainerImage.Facts.self) == nil {
            let came: ProgramResult
            if let directory = host.options.images, let archive = archive(in: directory) {
                report.say("Loading \(archive)")
                came = try await docker(["load", "--input", archive], within: .seconds(900))
            } else {
                report.say("Pulling \(PortainerImage.reference)")
                came = try await docker(["pull", "--quiet", PortainerImage.reference], within: .seconds(900))
                if PortainerImage.digest != nil, came.status == 0 {
                    _ = try await docker(["tag", PortainerImage.reference, PortainerImage.tag])
                }
            }
            report.output(came.output + came.errors)
            guard came.status == 0 else { throw StepFailure(title: title, reason: wayOut(came.complaint)) }
        }
        guard let facts = try await docker.inspected("image", PortainerImage.tag, as: PortainerImage.Facts.self) else {
            throw StepFailure(title: title, reason: wayOut("what came was not \(PortainerImage.tag)"))
        }
        let proof = Set([facts.proof, facts.id]).sorted().joined(separator: " ")
        try await host.record.change { $0.inputs[Self.recordKey] = proof }
    }

    private func wayOut(_ reason: String) -> String {
        "\(reason). Without a way to a registry: on a machine that has one, docker pull \(PortainerImage.tag) && docker save "
            + "\(PortainerImage.tag) --output portainer-ce-\(PortainerImage.version).tar; bring the file here, and name its directory with "
            + "--images. Everything else of the cloud goes without Portainer."
    }

    private func recorded() async -> [String] {
        (await host.record.manifest.inputs[Self.recordKey] ?? "").split(separator: " ").map(String.init)
    }

    private func note(_ facts: PortainerImage.Facts) -> PlannedChange {
        PlannedChange(.container, "take \(PortainerImage.tag) as it is here", details: [facts.proof])
    }

    private func archive(in directory: String) -> String? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return PortainerImage.archives(among: names).first.map { "\(directory)/\($0)" }
    }
}
