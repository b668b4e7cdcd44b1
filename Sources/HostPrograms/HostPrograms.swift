/// Runs programs of this host: `useradd`, `systemctl`, `btrfs`.
///
/// The seam between what decides and what is run; tests stand in for programs that a machine does not have.
public protocol HostPrograms: Sendable {
    /// Runs a program to its end.
    /// - Parameters:
    ///   - name: a bare name (`usermod`), looked up in ``SystemPrograms/searchPath``; never by the caller's `PATH`.
    ///   - arguments: without the program's name. Nothing secret: everybody can read them in `/proc`.
    ///   - input: what it reads on standard input.
    ///   - timeLimit: after which it is killed.
    /// - Returns: how it ended. A status other than 0 is not an error here: what counts is what it left behind.
    /// - Throws: ``HostProgramError`` when there is no such program, it could not be started, or it took too long.
    func run(
        _ name: String,
        _ arguments: [String],
        input: String,
        timeLimit: Duration
    ) async throws(HostProgramError) -> ProgramResult

    /// Whether there is a program of that name.
    func has(_ name: String) -> Bool
}

extension HostPrograms {
    /// ``run(_:_:input:timeLimit:)`` with nothing to read and a minute of time.
    public func run(_ name: String, _ arguments: [String]) async throws(HostProgramError) -> ProgramResult {
        try await run(name, arguments, input: "", timeLimit: .seconds(60))
    }
}
