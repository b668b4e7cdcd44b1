public import HostPrograms

/// The units of systemd on this host.
public struct ServiceUnits: Sendable {
    private static let properties =
        "LoadState,ActiveState,SubState,UnitFileState,NeedDaemonReload,FragmentPath,MainPID"

    private let programs: any HostPrograms

    public init(programs: any HostPrograms) { self.programs = programs }

    /// How a unit is, by `systemctl show`.
    /// - Throws: ``ServiceUnitError``.
    public func state(of name: String) async throws -> UnitState {
        let result = try await programs.run(
            "systemctl",
            [
                "show", name,
                "--property=\(Self.properties),ActiveEnterTimestamp",
                "--timestamp=unix",
            ]
        )
        // systemd before 247 knows no --timestamp.
        guard result.status != 0 else { return UnitState(name: name, showing: result.output) }
        let plain = try await programs.run(
            "systemctl",
            ["show", name, "--property=\(Self.properties)"]
        )
        guard plain.status == 0 else { throw ServiceUnitError(name: name, reason: plain.complaint) }
        return UnitState(name: name, showing: plain.output)
    }

    /// Makes systemd read its files again.
    public func reload() async throws { try await call(["daemon-reload"], name: "systemd") }

    /// Enables and starts, or restarts what runs already. Looks at the result: "started" is what runs a second later.
    public func start(_ name: String, restart: Bool) async throws {
        try await call(["enable", name], name: name)
        try await call([restart ? "restart" : "start", name], name: name)
    }

    /// Enables and starts a service anew together with the sockets that start it.
    ///
    /// They are stopped in one transaction: a socket that is about to stop starts nothing, while one that is left would start the service
    /// again for the next who asks, and could then not be renewed. Nobody is answered for that moment.
    public func restart(_ name: String, with sockets: [String]) async throws {
        try await call(["enable", name] + sockets, name: name)
        try await call(["stop"] + sockets + [name], name: name)
        try await call(["start"] + sockets + [name], name: name)
        for socket in sockets where try await !state(of: socket).isActive {
            throw ServiceUnitError(name: socket, reason: "it did not start", journal: await journal(of: socket))
        }
    }

    /// Makes a running service read its configuration again.
    public func reload(_ name: String) async throws { try await call(["reload", name], name: name) }

    /// Stops and disables. A unit that is not there is no error.
    public func stop(_ name: String) async throws {
        guard try await state(of: name).isLoaded else { return }
        try await call(["disable", "--now", name], name: name)
    }

    /// The end of a unit's journal, for a person who reads why it does not start.
    public func journal(of name: String, lines: Int = 20) async -> String {
        let result = try? await programs.run(
            "journalctl",
            ["--unit", name, "--lines", "\(lines)", "--no-pager", "--output=cat"]
        )
        return result?.output ?? ""
    }

    private func call(_ arguments: [String], name: String) async throws {
        let result = try await programs.run("systemctl", arguments, input: "", timeLimit: .seconds(300))
        guard result.status == 0 else {
            let journal = await journal(of: name)
            throw ServiceUnitError(name: name, reason: result.complaint, journal: journal)
        }
    }
}
