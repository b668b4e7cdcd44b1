import HostPrograms

/// Stops services around a restore, and starts them again.
struct ServicePause {
    let programs: any HostPrograms
    let containers: [String]

    /// Those that run, in the given order. None on a host without systemd.
    func running(of units: [String]) async -> [String] {
        guard programs.has("systemctl") else { return [] }
        var running: [String] = []
        for unit in units where await isActive(unit) { running.append(unit) }
        return running
    }

    private func isActive(_ unit: String) async -> Bool {
        let result = try? await programs.run("systemctl", ["show", "--property=ActiveState", "--value", unit])
        let state = result?.output.split(whereSeparator: \.isWhitespace).first ?? ""
        return ["active", "activating", "reloading"].contains(state)
    }

    /// - Throws: ``BackupError/service(_:reason:)`` when one still runs.
    func stop(_ units: [String], progress: @Sendable (String) -> Void) async throws(BackupError) {
        for unit in units {
            progress("Stopping \(unit)")
            let result = try await run("systemctl", ["stop", unit])
            if await isActive(unit) { throw .service(unit, reason: "it still runs: \(result.complaint)") }
        }
        for container in containers {
            progress("Stopping the container \(container)")
            let result = try await run("docker", ["stop", container])
            guard result.status == 0 else { throw .service("the container \(container)", reason: result.complaint) }
        }
    }

    /// systemd reads its files again, which are others now. Before services are started.
    func rereadUnits(progress: @Sendable (String) -> Void) async throws(BackupError) {
        guard programs.has("systemctl") else { return }
        progress("Having systemd read its files again")
        let result = try await run("systemctl", ["daemon-reload"])
        guard result.status == 0 else { throw .service("systemd", reason: result.complaint) }
    }

    /// The same for nginx, if it runs; it goes on with what it has where it would not start with what it finds.
    func rereadWeb(progress: @Sendable (String) -> Void) async throws(BackupError) {
        guard programs.has("systemctl"), await isActive("nginx.service") else { return }
        progress("Having nginx read its files again")
        let check = try await run("nginx", ["-t"])
        guard check.status == 0 else {
            throw .service("nginx", reason: "it goes on with the files before: \(check.complaint); nginx -t")
        }
        let reload = try await run("systemctl", ["reload", "nginx.service"])
        guard reload.status == 0 else { throw .service("nginx", reason: reload.complaint) }
    }

    /// Tries all of them, whatever became of the first.
    func start(_ units: [String], progress: @Sendable (String) -> Void) async throws(BackupError) {
        var failed: BackupError?
        for container in containers {
            progress("Starting the container \(container)")
            let result = try await run("docker", ["start", container])
            if result.status != 0 { failed = .service("the container \(container)", reason: result.complaint) }
        }
        for unit in units.reversed() {
            progress("Starting \(unit)")
            let result = try await run("systemctl", ["start", unit])
            guard await isActive(unit) else {
                failed = .service(unit, reason: "it does not start again: \(result.complaint); journalctl -u \(unit)")
                continue
            }
        }
        if let failed { throw failed }
    }

    private func run(_ name: String, _ words: [String]) async throws(BackupError) -> ProgramResult {
        do {
            return try await programs.run(name, words, input: "", timeLimit: .seconds(180))
        } catch {
            throw .service(words.last ?? name, reason: error.description)
        }
    }
}
