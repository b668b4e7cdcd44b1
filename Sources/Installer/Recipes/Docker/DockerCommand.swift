import Foundation
import HostPrograms

/// The `docker` command at the engine's own socket, as root.
struct DockerCommand: Sendable {
    /// Where distributions have the engine's socket.
    static let engineSocket = "/var/run/docker.sock"

    let programs: any HostPrograms
    let socket: String

    init(_ programs: any HostPrograms, socket: String = Self.engineSocket) {
        self.programs = programs
        self.socket = socket
    }

    /// Runs it; its status is the caller's to judge.
    func callAsFunction(_ arguments: [String], within limit: Duration = .seconds(60)) async throws -> ProgramResult {
        try await programs.run("docker", ["--host", "unix://\(socket)"] + arguments, input: "", timeLimit: limit)
    }

    /// What `docker … inspect` knows of an object; nil when there is none, or no engine.
    func inspected<Facts: Decodable>(_ kind: String, _ name: String, as type: Facts.Type) async throws -> Facts? {
        let result = try await self([kind, "inspect", name])
        guard result.status == 0 else { return nil }
        return try JSONDecoder().decode([Facts].self, from: Data(result.output.utf8)).first
    }

    /// One line an object.
    func names(_ arguments: [String]) async throws -> [String] {
        let result = try await self(arguments)
        guard result.status == 0 else { return [] }
        return result.output.split(separator: "\n").map(String.init)
    }

    /// What the engine says of itself; nil when none answers.
    func report() async throws -> EngineReport? {
        guard programs.has("docker") else { return nil }
        let info = try await self(["info", "--format", "{{json .}}"])
        let version = try await self(["version", "--format", "{{json .}}"])
        guard var report = EngineReport(info: info.output, version: version.output) else { return nil }
        report.running = try await names(["ps", "--format", "{{.Names}}"])
        report.volumes = try await names(["volume", "ls", "--quiet"])
        return report
    }
}
