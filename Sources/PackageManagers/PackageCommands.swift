import HostPrograms

/// Runs the programs of a package manager: with all they say kept, and waiting while somebody else holds the lock.
struct PackageCommands: Sendable {
    let programs: any HostPrograms
    /// `/`, or another root without a slash at its end.
    let root: String
    let patience: LockPatience

    init(programs: any HostPrograms, root: String, patience: LockPatience) {
        self.programs = programs
        self.root = root
        self.patience = patience
    }

    var isOtherRoot: Bool { root != "/" }
    /// A path within the root.
    func path(_ absolute: String) -> String { isOtherRoot ? root + absolute : absolute }

    /// What a program left.
    struct Outcome: Sendable, Equatable {
        let status: Int32
        /// Both of its streams, in their order; the last 900 kB.
        let output: String

        var lines: [Substring] { output.split(whereSeparator: \.isNewline) }
        func says(_ phrases: String...) -> Bool { phrases.contains { output.contains($0) } }
    }

    /// Both streams in one, only its end kept, and the exit status beside it: scripts of packages may say megabytes, and a
    /// program that is stopped for that leaves a half-installed system.
    private static let keepingTheEnd = #"{ "$@" 2>&1 3>&-; echo $? >&3; } 3>&2 | tail -c 900000"#

    /// Runs a program that changes something: it has twenty minutes.
    func change(_ command: [String]) async throws(PackageError) -> Outcome {
        let result = try await run(
            "sh",
            ["-c", Self.keepingTheEnd, "sh"] + command,
            timeLimit: .seconds(1200),
            naming: command
        )
        let status = result.errors.split(whereSeparator: \.isNewline).last.flatMap { Int32($0) }
        return Outcome(status: status ?? result.status, output: result.output)
    }

    /// Runs a program that only looks.
    func look(_ command: [String]) async throws(PackageError) -> Outcome {
        guard let program = command.first else { return Outcome(status: 0, output: "") }
        let result = try await run(
            program,
            Array(command.dropFirst()),
            timeLimit: .seconds(300),
            naming: command
        )
        return Outcome(status: result.status, output: result.output + result.errors)
    }

    private func run(
        _ program: String,
        _ arguments: [String],
        timeLimit: Duration,
        naming command: [String]
    ) async throws(PackageError) -> ProgramResult {
        // `env` and the shell would say it less well.
        let name = command.first { $0 != "env" && !$0.contains("=") } ?? program
        guard programs.has(name) else { throw .missing(name) }
        do {
            return try await programs.run(program, arguments, input: "", timeLimit: timeLimit)
        } catch {
            throw .failed(command: command.joined(separator: " "), output: "\(error)")
        }
    }

    /// Runs `attempt` until the lock is free.
    /// - Parameters:
    ///   - progress: hears whom is waited for, once for each holder.
    ///   - holder: who holds the lock, when that is why it failed.
    func waiting(
        _ progress: (String) -> Void,
        for holder: (Outcome) -> String?,
        attempt: () async throws(PackageError) -> Outcome
    ) async throws(PackageError) -> Outcome {
        let start = ContinuousClock.now
        var told: String?
        while true {
            let outcome = try await attempt()
            guard let name = holder(outcome) else { return outcome }
            if told != name { progress("Waiting for \(name), which holds the package manager's lock") }
            told = name
            guard ContinuousClock.now - start < patience.limit else { throw .locked(by: name, waited: patience.limit) }
            do { try await Task.sleep(for: patience.interval) } catch {
                throw .locked(by: name, waited: ContinuousClock.now - start)
            }
        }
    }
}
