import HostPrograms
import Synchronization

/// The host's own programs, but for systemctl and docker: those only write down what they were asked.
final class QuietPrograms: HostPrograms {
    private let running: Mutex<Set<String>>
    private let asked = Mutex<[String]>([])
    private let missing: Set<String>
    /// A directory with a program `docker`; nil for a host without.
    private let docker: String?
    /// The number of the run of a program that fails, counted from 0.
    private let failing: Int?
    private let runs = Mutex(0)

    init(running: Set<String> = [], missing: Set<String> = [], docker: String? = nil, failing: Int? = nil) {
        self.running = Mutex(running)
        self.missing = missing
        self.docker = docker
        self.failing = failing
    }

    /// How many programs were run.
    var count: Int { runs.withLock { $0 } }

    var calls: [String] { asked.withLock { $0 } }

    func has(_ name: String) -> Bool {
        if missing.contains(name) { return false }
        if name == "docker" { return docker != nil }
        return name == "systemctl" || SystemPrograms().has(name)
    }

    func run(
        _ name: String,
        _ arguments: [String],
        input: String,
        timeLimit: Duration
    ) async throws(HostProgramError) -> ProgramResult {
        let number = runs.withLock { count in
            defer { count += 1 }
            return count
        }
        if number == failing { return ProgramResult(status: 2, errors: "No space left on device") }
        if let docker, name == "docker" || name == "sh" {
            let words = ["PATH=\(docker):/usr/sbin:/usr/bin:/sbin:/bin", name] + arguments
            return try await SystemPrograms().run("env", words, input: input, timeLimit: timeLimit)
        }
        guard name == "systemctl" else {
            return try await SystemPrograms().run(name, arguments, input: input, timeLimit: timeLimit)
        }
        let unit = arguments.last ?? ""
        switch arguments.first {
        case "stop": running.withLock { _ = $0.remove(unit) }
        case "start": running.withLock { _ = $0.insert(unit) }
        default:
            return ProgramResult(status: 0, output: running.withLock { $0.contains(unit) } ? "active\n" : "inactive\n")
        }
        asked.withLock { $0.append("\(arguments.first ?? "") \(unit)") }
        return ProgramResult(status: 0)
    }
}
