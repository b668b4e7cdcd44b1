import Distributions
import HostChanges
import HostPrograms
import PackageManagers

/// The Docker engine: what is there is used as it is, whoever made it. Else the distribution's package, or Docker's own.
struct EngineStep: Step {
    let component = Component.docker
    let host: Host

    var title: String { "Install Docker" }

    private var requirement: Requirement { host.options.dockerSource == .dockerCE ? .dockerCE : .dockerDistribution }

    func look() async throws -> StepStanding {
        switch try await EngineInstalled.look(on: host) {
        case .engine(hasCommand: true):
            return .done
        case .unusable(let why):
            return .blocked(why)
        case .engine(hasCommand: false):
            guard let command = try await commandPackage() else {
                return .blocked(
                    "there is an engine (dockerd), but no command docker. Install the one of the same source."
                )
            }
            return .needed([PlannedChange(.package, "install \(command), the command of the engine that is here")])
        case .none:
            break
        }
        if requirement == .dockerCE {
            let conflicts = try await host.packages.installed(host.distribution.dockerConflicts).sorted()
            guard conflicts.isEmpty else {
                return .blocked(
                    "\(conflicts.joined(separator: ", ")) must go before Docker's own packages can be installed, and may be in use: "
                        + "they are not removed for you. Remove them, or take the distribution's Docker (--docker-source distribution)."
                )
            }
            guard let address = host.distribution.dockerRepository else {
                return .blocked(
                    "Docker makes no packages for \(host.distribution.name). Take the distribution's (--docker-source distribution)."
                )
            }
            return .needed([
                PlannedChange(
                    .repository,
                    "add \(address.title), \(address.url)",
                    details: ["key \(address.fingerprint)"]
                ),
                PlannedChange(.package, "install \(try await packages().joined(separator: ", "))"),
            ])
        }
        do {
            return .needed([PlannedChange(.package, "install \(try await packages().joined(separator: ", "))")])
        } catch let error as PackageError {
            return .blocked("\(error)")
        }
    }

    func traces() async throws -> [HostTrace] {
        switch try await EngineInstalled.look(on: host) {
        case .engine(hasCommand: false): return try await commandPackage().map { [.package($0)] } ?? []
        case .none: break
        default: return []
        }
        var traces: [HostTrace] = []
        if requirement == .dockerCE, let address = host.distribution.dockerRepository {
            traces += host.packages.files(of: address).map { .file($0) }
        }
        let packages = try await packages()
        let there = try await host.packages.installed(packages)
        traces += packages.filter { !there.contains($0) }.map { .package($0) }
        // What people have in it outlives the program.
        traces += [.data("/var/lib/docker")]
        return traces
    }

    func apply(_ report: StepReport) async throws {
        if case .engine(hasCommand: false) = try await EngineInstalled.look(on: host) {
            if let command = try await commandPackage() {
                try await host.packages.install([command]) { report.say($0) }
            }
            return
        }
        if requirement == .dockerCE, let address = host.distribution.dockerRepository {
            report.say("Fetching the key of \(address.title)")
            let key = try await fetched(address.keyURL)
            try await host.packages.add(PackageRepository(address, armoredKey: key)) { report.say($0) }
        }
        try await host.packages.install(try await packages()) { report.say($0) }
    }

    private func packages() async throws -> [String] {
        try await host.packages.choose(host.distribution.packages(requirement))
    }

    /// The package with the command that belongs to the engine's package.
    private func commandPackage() async throws -> String? {
        let names = ["docker-ce", "docker.io", "moby-engine"]
        let installed = try await host.packages.installed(names)
        if installed.contains("docker-ce") { return "docker-ce-cli" }
        return installed.isEmpty ? nil : "docker-cli"
    }

    /// What counts is the fingerprint that the package manager compares, not the way it came.
    private func fetched(_ url: String) async throws -> String {
        let ways = [
            ("curl", ["--fail", "--silent", "--show-error", "--location", url]),
            ("wget", ["--quiet", "--output-document=-", url]),
        ]
        guard let (program, arguments) = ways.first(where: { host.programs.has($0.0) }) else {
            throw StepFailure(
                title: title,
                reason: "neither curl nor wget is here to fetch \(url). Install curl, and run this again."
            )
        }
        let result = try await host.programs.run(program, arguments)
        guard result.status == 0 else {
            throw StepFailure(title: title, reason: "\(url) could not be fetched: \(result.complaint)")
        }
        return result.output
    }
}
