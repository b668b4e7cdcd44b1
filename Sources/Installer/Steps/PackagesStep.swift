public import Distributions
import Glibc
public import HostChanges
import PackageManagers

/// Packages of the distribution.
public struct PackagesStep: Step {
    public let component: Component
    public let title: String
    private let requirements: [Requirement]
    private let host: Host

    /// - Parameter title: "Install nginx".
    public init(_ component: Component, _ title: String, _ requirements: [Requirement], on host: Host) {
        self.component = component
        self.title = title
        self.requirements = requirements
        self.host = host
    }

    public func look() async throws -> StepStanding {
        let names: [String]
        do { names = try await missing() } catch let error as PackageError {
            guard case .unavailable = error else { throw error }
            return .blocked(error.description)
        }
        let wasInterrupted = await host.record.manifest.inputs[key] != nil
        guard !names.isEmpty else {
            return wasInterrupted ? .needed([PlannedChange(.package, "note what came with \(what)")]) : .done
        }
        let change = PlannedChange(
            .package,
            "install \(names.joined(separator: ", "))",
            details: try await host.packages.consequence(ofInstalling: names).map { [$0] } ?? []
        )
        return .needed([change])
    }

    public func traces() async throws -> [HostTrace] { try await missing().map { .package($0) } }

    public func apply(_ report: StepReport) async throws {
        let names = try await missing()
        let key = key
        // What is there beyond that afterwards came with us, also when this run ends in the middle.
        let before: Set<String>
        if let known = await host.record.manifest.inputs[key] {
            before = Set(known.split(separator: " ").map(String.init))
        } else {
            before = try await host.packages.all()
            let text = before.sorted().joined(separator: " ")
            try await host.record.change { $0.inputs[key] = text }
        }
        if !names.isEmpty { try await host.packages.install(names) { report.say($0) } }
        let new = try await host.packages.all().subtracting(before)
        let component = component
        let wanted = try await chosen()
        try await host.record.change { manifest in
            // Taken back the other way round: first what was asked for, then what it needed.
            let ours = wanted.filter(new.contains)
            for name in ours { manifest.remove(.package(name)) }
            let all = new.subtracting(ours).sorted() + ours
            manifest.add(all.map { .package($0) }, of: component, now: Int64(time(nil)))
            manifest.inputs[key] = nil
        }
    }

    private var key: String { "packages:\(component.rawValue):\(title)" }

    private var what: String { requirements.map(\.rawValue).joined(separator: ", ") }

    /// Their names on this distribution. Of alternatives the one that is installed, else the first that can be.
    private func chosen() async throws -> [String] {
        var wanted: [String] = []
        for requirement in requirements {
            wanted += try await host.packages.choose(host.distribution.packages(requirement))
        }
        return wanted
    }

    private func missing() async throws -> [String] {
        let wanted = try await chosen()
        let there = try await host.packages.installed(wanted)
        return wanted.filter { !there.contains($0) }
    }
}
