import Distributions
import Foundation
import Glibc
import HostPrograms

/// What of Docker is on a host before us.
enum EngineInstalled: Sendable, Equatable {
    /// Nothing.
    case none
    /// An engine, of whatever package, with its command or without. It is used as it is.
    case engine(hasCommand: Bool)
    /// Something that looks like Docker, and cannot be used: what is in the way, and the way out.
    case unusable(String)

    static func look(on host: Host) async throws -> EngineInstalled {
        if let snap = snap(host) { return .unusable(snap) }
        let hasCommand = host.programs.has("docker")
        if hasCommand {
            let said = try await host.programs.run("docker", ["--version"])
            if said.output.lowercased().contains("podman") || said.errors.lowercased().contains("podman") {
                return .unusable(
                    "the command docker is podman's here. Podman starts containers as whoever calls it and has no engine that could be "
                        + "guarded. Remove the package podman-docker (podman itself may stay), and run this again."
                )
            }
        }
        guard host.programs.has("dockerd") else { return .none }
        return .engine(hasCommand: hasCommand)
    }

    /// Snap's Docker reads no `/etc/docker/daemon.json`, and sees only homes: a guard and `userns-remap` cannot be set up in it.
    private static func snap(_ host: Host) -> String? {
        guard ["/snap/docker", "/var/snap/docker"].contains(where: { access(host.files.real($0), F_OK) == 0 }) else {
            return nil
        }
        return
            "Docker is here as a snap, which reads no /etc/docker/daemon.json and sees little of the host. Save what is needed of it "
            + "(docker save), then \"snap remove --purge docker\", and run this again."
    }

    /// Engines that people run for themselves, as their sockets tell: `/run/user/1000/docker.sock`. They are under the person's own limits
    /// and rights, so they are noted, not hindered.
    static func rootless(on host: Host) -> [String] {
        let users = (try? FileManager.default.contentsOfDirectory(atPath: host.files.real("/run/user"))) ?? []
        return users.filter { access(host.files.real("/run/user/\($0)/docker.sock"), F_OK) == 0 }.sorted()
    }
}
