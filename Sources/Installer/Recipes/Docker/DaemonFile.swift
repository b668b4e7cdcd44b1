import AtomicFiles
import Foundation
import Glibc
import HostChanges
import HostPrograms
import ManagedFiles

/// `/etc/docker/daemon.json`, which is the administrator's, with a few members of ours in it.
struct DaemonFile: Sendable {
    static let path = "/etc/docker/daemon.json"
    /// Where distributions keep flags of the engine.
    static let flagFiles = ["/etc/sysconfig/docker", "/etc/sysconfig/docker-network", "/etc/default/docker"]

    let host: Host

    init(on host: Host) { self.host = host }

    /// Its text; nil when there is none.
    func text() throws -> String? { try host.files.text(of: Self.path) }

    /// - Throws: ``StepFailure`` when it cannot be read as what it should be. It is then left as it is.
    func object() throws -> JSONObjectText {
        do {
            return try JSONObjectText(try text() ?? "")
        } catch let error as JSONTextError {
            throw StepFailure(
                title: "Docker's settings",
                reason:
                    "\(Self.path) cannot be changed, since \(error). Mend it (dockerd --validate says where), and run this again."
            )
        }
    }

    /// What we wrote into it, by path (`log-opts.max-size`).
    func wrote() async -> [String: String] { await host.files.merged(into: Self.path) }

    /// The flags that the engine is started with: the unit's, and those in the files that distributions have for them.
    func flags() async throws -> EngineFlags {
        var words: [String] = []
        if host.facts.hasSystemd {
            let shown = try await host.programs.run(
                "systemctl",
                ["show", "docker.service", "--property=ExecStart", "--value"]
            )
            // { path=… ; argv[]=/usr/bin/dockerd -H fd:// … ; ignore_errors=no ; … }
            if let start = shown.output.firstRange(of: "argv[]=") {
                let rest = shown.output[start.upperBound...]
                words += rest[..<(rest.firstRange(of: " ; ")?.lowerBound ?? rest.endIndex)].split(separator: " ").map(
                    String.init
                )
            }
        }
        // Debian's and Docker's own unit name no such file, and then what is in it counts for nothing.
        let usesFiles = words.contains { $0.contains("$") }
        if usesFiles || !host.facts.hasSystemd {
            for path in Self.flagFiles {
                words += EngineFlags.words(ofEnvironmentFile: try host.files.text(of: path) ?? "")
            }
        }
        return EngineFlags(words.filter { !$0.contains("$") })
    }

    /// Puts values into the file, when `dockerd --validate` takes it (23 and later know that; earlier ones are not asked).
    /// - Throws: ``StepFailure`` when the engine would not take it; nothing is written then.
    func write(_ values: [DaemonSetting.Value], report: StepReport) async throws {
        var object = try object()
        for value in values { object.set(value.json, at: value.path) }
        try await validate(object.text, report: report)
        try await host.files.merge(values.map { ($0.path, $0.json) }, into: Self.path, for: .docker)
    }

    private func validate(_ text: String, report: StepReport) async throws {
        guard host.programs.has("dockerd") else { return }
        let help = try await host.programs.run("dockerd", ["--help"])
        guard help.output.contains("--validate") else { return }
        let trial = "\(host.record.directory)/daemon.json.trial"
        try AtomicFile(trial).replace(Data(text.utf8), mode: 0o600)
        defer { unlink(trial) }
        let flags = try await flags().values.flatMap { name, values in values.map { "--\(name)=\($0)" } }
            .filter { !$0.hasPrefix("--config-file=") }
        let result = try await host.programs.run("dockerd", ["--validate", "--config-file", trial] + flags)
        report.output(result.output + result.errors)
        guard result.status == 0 else {
            throw StepFailure(
                title: "Docker's settings",
                reason: "dockerd would not start with them: \(result.complaint). Nothing was changed."
            )
        }
    }
}
