import HostPrograms
import Synchronization

/// The host's own programs, but for systemctl and docker: those only write down what they were asked.
final class QuietPrograms: HostPrograms {
    private let running: Mutex<Set<String>>
    private let asked = Mutex<[String]>([])
    private let missing: Set<String>

    init(running: Set<String> = [], missing: Set<String> = []) {
        self.running = Mutex(running)
        self.missing = missing
    }

    var calls: [String] { asked.withLock { $0 } }

    func has(_ name: String) -> Bool {
        if missing.contains(name) || name == "docker" { return false }
        return name == "systemctl" || SystemPrograms().has(name)
    }

    func run(
        _ name: String,
        _ arguments: [String],
        input: String,
        timeLimit: Duration
    ) async throws(HostProgramError) -> ProgramResult {
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
