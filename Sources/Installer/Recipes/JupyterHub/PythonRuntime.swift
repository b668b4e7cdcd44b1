import Distributions
import HostPrograms

/// A Python of this host that environments can be made with.
struct PythonRuntime: Equatable, Sendable {
    /// `python3.11`.
    let program: String
    /// 3.11: what decides which wheels fit.
    let minor: Int

    var version: String { "3.\(minor)" }

    /// What the locks are made for (`config/jupyterhub/locks/compile`).
    static let supported = 10...14

    /// Says its version, and fails where `venv` would: Debian has `venv` without the `ensurepip` that it needs (README.venv).
    private static let question = "import sys, venv, ensurepip; ensurepip.version(); print(*sys.version_info[:2])"

    /// Names to try: those that the distribution would install, best first, then whatever else may be there.
    static func candidates(_ choices: [PythonChoice]) -> [String] {
        var names = choices.map(\.program)
        for name in ["python3"] + supported.reversed().map({ "python3.\($0)" }) where !names.contains(name) {
            names.append(name)
        }
        return names
    }

    /// The first that is there, new enough, known to the locks, and whole.
    static func find(_ choices: [PythonChoice], _ programs: any HostPrograms) async -> PythonRuntime? {
        for name in candidates(choices) where programs.has(name) {
            guard let result = try? await programs.run(name, ["-I", "-c", question]), result.status == 0 else {
                continue
            }
            if let found = PythonRuntime(program: name, saying: result.output) { return found }
        }
        return nil
    }

    /// - Parameter answer: `3 11`.
    init?(program: String, saying answer: String) {
        let numbers = answer.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        guard numbers.count == 2, numbers[0] == 3, Self.supported.contains(numbers[1]) else { return nil }
        self.init(program: program, minor: numbers[1])
    }

    init(program: String, minor: Int) {
        self.program = program
        self.minor = minor
    }
}
