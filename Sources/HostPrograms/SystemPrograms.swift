import Glibc
import Subprocess
import SystemPackage

/// The programs that this host really has.
public struct SystemPrograms: HostPrograms {
    /// Where programs of the system are, whatever `PATH` the administrator has.
    public static let searchPath = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"]

    public init() {}

    public func has(_ name: String) -> Bool { Self.path(of: name) != nil }

    public func run(
        _ name: String,
        _ arguments: [String],
        input: String,
        timeLimit: Duration
    ) async throws(HostProgramError) -> ProgramResult {
        guard let path = Self.path(of: name) else { throw .missing(name) }
        do {
            return try await Self.first(within: timeLimit, name: name) {
                try await Self.finish(path, arguments, input: input)
            }
        } catch let error as HostProgramError {
            throw error
        } catch {
            throw .failed(name, reason: "\(error)")
        }
    }

    private static func path(of name: String) -> String? {
        guard !name.contains("/") else { return nil }
        return searchPath.lazy.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    private static func finish(_ path: String, _ arguments: [String], input: String) async throws -> ProgramResult {
        var options = PlatformOptions()
        // A group of its own, so that what it starts ends with it.
        options.processGroupID = 0
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(2))]
        let result = try await Subprocess.run(
            .path(FilePath(path)),
            arguments: Arguments(arguments),
            environment: .custom(["PATH": searchPath.joined(separator: ":"), "LC_ALL": "C.UTF-8"]),
            workingDirectory: "/",
            platformOptions: options,
            input: .string(input),
            output: .string(limit: 1 << 20),
            error: .string(limit: 1 << 16)
        )
        let status: Int32 =
            switch result.terminationStatus {
            case .exited(let code): code
            case .signaled(let signal): 128 + signal
            }
        return ProgramResult(
            status: status,
            output: result.standardOutput,
            errors: result.standardError
        )
    }

    /// Cancelling the program's task runs its teardown: SIGTERM, and two seconds later SIGKILL.
    private static func first(
        within limit: Duration,
        name: String,
        _ body: @escaping @Sendable () async throws -> ProgramResult
    ) async throws -> ProgramResult {
        try await withThrowingTaskGroup(of: ProgramResult?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            guard let result = try await group.next() ?? nil else {
                throw HostProgramError.timedOut(name, after: limit)
            }
            return result
        }
    }
}
