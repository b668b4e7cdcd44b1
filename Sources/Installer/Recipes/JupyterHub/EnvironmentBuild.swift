import AtomicFiles
import Foundation
import Glibc
import HostPrograms

/// Makes one environment, beside those that are there.
struct EnvironmentBuild: Sendable {
    let environment: PythonEnvironment
    let host: Host
    let shelf: EnvironmentShelf

    /// For as long as a slow network may take for some hundred megabytes.
    private static let timeLimit = Duration.seconds(3600)

    /// What of our own environment pip needs to reach an index: a proxy, a mirror, a certificate.
    private static let ways = [
        "http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "PIP_INDEX_URL", "PIP_CERT",
        "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE",
    ]

    private var directory: String { shelf.real(environment.directory) }
    /// Logs, temporary files and the copy of our package; /tmp may be small, and in memory.
    private var work: String { shelf.real("\(PythonEnvironment.shelf)/\(PythonEnvironment.work)\(environment.name)") }
    private var log: String { "\(work)/log" }
    private var python: String { "\(directory)/bin/python" }

    /// Leaves a complete environment, or one without its stamp that the next call starts anew.
    func run(_ report: StepReport) async throws {
        try shelf.remove(environment.name)
        try? FileManager.default.removeItem(atPath: work)
        guard mkdir(work, 0o700) == 0 else {
            throw EnvironmentError.file(path: work, action: "made", reason: String(cString: strerror(errno)))
        }
        defer { try? FileManager.default.removeItem(atPath: work) }
        let count = PipProgress.packages(inLock: try host.payload.text(lockInPayload))
        let watching = Task { [log] in
            while !Task.isCancelled {
                report.say(PipProgress(reading: Self.text(of: log)).line(of: count))
                try? await Task.sleep(for: .seconds(1))
            }
        }
        defer {
            watching.cancel()
            report.output(Self.text(of: log))
        }
        try await call("Making a virtual environment", [environment.python.program, "-I", "-m", "venv", directory])
        try await call("Installing packages of Python", pip(lockArguments))
        if environment.package != nil { try await installOurs() }
        try await call("Checking what the packages need of each other", [python, "-I", "-m", "pip", "check"])
        try await call("Starting it once", proof)
        if host.facts.enforcesSELinux, host.programs.has("restorecon") {
            _ = try await host.programs.run("restorecon", ["-R", directory], input: "", timeLimit: .seconds(600))
        }
        // The stamp says that all of it is on the disk.
        _ = try await host.programs.run("sync", ["-f", directory], input: "", timeLimit: .seconds(600))
        try AtomicFile("\(directory)/\(PythonEnvironment.stamp)")
            .replace(Data("\(environment.name) Python \(environment.python.version)\n".utf8), mode: 0o644)
    }

    private var lockInPayload: String { String(environment.lock.dropFirst(host.payload.path("").count)) }

    /// Wheels only: what is built here would need compilers, and runs code of strangers as root.
    private var lockArguments: [String] {
        ["--require-hashes", "--only-binary", ":all:", "--requirement", environment.lock] + source
    }

    private var source: [String] {
        guard let wheelhouse = host.options.wheelhouse else { return [] }
        return ["--no-index", "--find-links", wheelhouse]
    }

    private func pip(_ arguments: [String]) -> [String] {
        [python, "-I", "-m", "pip", "install", "--no-input", "--progress-bar", "off"] + arguments
    }

    /// Our own package, built by what the lock brought, from a copy: a build leaves files beside its source.
    private func installOurs() async throws {
        let copy = "\(work)/package"
        for (name, content) in EnvironmentPlans.files(ofPackage: environment.package ?? "") {
            let path = "\(copy)/\(name)"
            let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
            do {
                try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
                try content.write(to: URL(fileURLWithPath: path))
            } catch {
                throw EnvironmentError.file(path: path, action: "written", reason: "\(error)")
            }
        }
        try await call(
            "Installing diycloud-jupyterhub",
            pip(["--no-deps", "--no-build-isolation", "--no-index", copy])
        )
    }

    /// The program that matters, from the environment itself.
    private var proof: [String] {
        switch environment.purpose {
        case .hub: ["\(directory)/bin/jupyterhub", "--version"]
        case .users: ["\(directory)/bin/jupyterhub-singleuser", "--version"]
        }
    }

    /// Runs a program with all that it prints in the log. Its surroundings go by standard input: a proxy's address may hold
    /// a password, and arguments can be read by everybody.
    private func call(_ action: String, _ command: [String]) async throws {
        let script = #"umask 022; set -a; . /dev/stdin; set +a; exec "$@" >>"$0" 2>&1 </dev/null"#
        let result = try await host.programs.run(
            "sh",
            ["-c", script, log] + command,
            input: surroundings,
            timeLimit: Self.timeLimit
        )
        guard result.status == 0 else {
            throw EnvironmentError.failed(action: action, saying: Self.ending(of: Self.text(of: log), else: result))
        }
    }

    private var surroundings: String {
        var values = [
            "HOME": work, "TMPDIR": work, "PIP_NO_CACHE_DIR": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_USER": "0", "JUPYTER_RUNTIME_DIR": work,
        ]
        let ours = ProcessInfo.processInfo.environment
        for name in Self.ways { values[name] = ours[name] }
        return values.sorted { $0.key < $1.key }.map { "\($0.key)=\(Self.quoted($0.value))\n" }.joined()
    }

    static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: #"'\''"#) + "'" }

    /// The lines that say what went wrong: pip's own, else the last ones.
    static func ending(of log: String, else result: ProgramResult) -> String {
        let lines = log.split(whereSeparator: \.isNewline)
        let errors = lines.filter { $0.hasPrefix("ERROR:") || $0.hasPrefix("error:") }
        let last = (errors.isEmpty ? lines.suffix(3) : errors.suffix(3)).joined(separator: "; ")
        return last.isEmpty ? result.complaint : last
    }

    private static func text(of path: String) -> String {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
