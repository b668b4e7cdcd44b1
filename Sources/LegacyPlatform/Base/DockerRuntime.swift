import Foundation

/// F-37: the Docker engine's default runtime, which the platform set to NVIDIA's for all containers.
struct DockerRuntime: Leftover {
    let id = "docker-default-runtime"

    private static let path = "/etc/docker/daemon.json"
    private static let runtime = "/usr/bin/nvidia-container-runtime"

    private struct Settings: Decodable {
        let defaultRuntime: String?

        enum CodingKeys: String, CodingKey { case defaultRuntime = "default-runtime" }
    }

    func look(at host: LegacyHost) async throws(Unseen) -> LegacyFault? {
        guard let bytes = try host.bytes(Self.path), !bytes.isEmpty else { return nil }
        let settings: Settings
        do {
            settings = try JSONDecoder().decode(Settings.self, from: Data(bytes))
        } catch {
            throw Unseen("\(Self.path) is no JSON object")
        }
        guard settings.defaultRuntime == "nvidia" else { return nil }
        let isThere = host.exists(Self.runtime)
        return forPerson(
            isThere ? .note : .warning,
            what:
                "\(Self.path): \"default-runtime\": \"nvidia\"; \(Self.runtime) is \(isThere ? "there" : "not there")",
            why: isThere
                ? "Every container may see the GPUs, also those of people who have none in their quota."
                : "The engine cannot start any container as long as that program is missing.",
            remedy: "sudoedit \(Self.path) && systemctl restart docker   # take default-runtime out of it"
        )
    }
}
