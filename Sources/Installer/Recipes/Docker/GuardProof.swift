import Glibc
import HostPrograms

/// Asks the guard as people do: `docker version` at its socket, as somebody of the user store.
struct GuardProof: Sendable {
    let host: Host

    /// - Returns: nil when the engine's version came through the guard, else what is wrong.
    func problem() async -> String? {
        let socket = InstalledConfiguration.read(on: host)?.docker.socket ?? "/run/diycloud-bridge/docker.sock"
        let command = ["docker", "--host", "unix://\(socket)", "version", "--format", "{{.Server.Version}}"]
        let result: ProgramResult?
        if let person = await ordinaryPerson() {
            result = try? await host.programs.run("runuser", ["-u", person, "--"] + command)
        } else {
            result = try? await host.programs.run("docker", Array(command.dropFirst()))
        }
        guard let result else { return "the command docker cannot be run" }
        if result.status == 0, result.output.contains(where: \.isNumber) { return nil }
        return "through the guard: \(result.complaint)"
    }

    /// The first member of the group of everybody in the store who is not root's.
    private func ordinaryPerson() async -> String? {
        guard let result = try? await host.programs.run("getent", ["group", "diycloud-users"]), result.status == 0,
            let members = result.output.split(separator: "\n").first?.split(
                separator: ":",
                omittingEmptySubsequences: false
            ).last
        else { return nil }
        for name in members.split(separator: ",").map(String.init) {
            guard let account = getpwnam(name), account.pointee.pw_uid >= 1000 else { continue }
            return name
        }
        return nil
    }
}
