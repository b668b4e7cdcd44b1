public import Distributions
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
        do { names = try await missing() } catch let error as RequirementUnavailable {
            return .blocked(error.description)
        }
        if names.isEmpty { return .done }
        return .needed([PlannedChange(.package, "install \(names.joined(separator: ", "))")])
    }

    public func traces() async throws -> [HostTrace] { try await missing().map { .package($0) } }

    public func apply(_ report: StepReport) async throws {
        let names = try await missing()
        guard !names.isEmpty else { return }
        try await host.packages.install(names) { report.say($0) }
    }

    /// The names of what is not installed yet. Of alternatives the one that is installed, else the first that can be.
    private func missing() async throws -> [String] {
        var wanted: [String] = []
        for requirement in requirements {
            switch host.distribution.packages(requirement) {
            case .packages(let names): wanted += names
            case .alternatives(let sets, _): wanted += try await chosen(of: sets)
            case .unavailable(let why, let wayOut):
                throw RequirementUnavailable(requirement: requirement.rawValue, why: why, wayOut: wayOut)
            }
        }
        let there = try await host.packages.installed(wanted)
        return wanted.filter { !there.contains($0) }
    }

    private func chosen(of sets: [[String]]) async throws -> [String] {
        for names in sets where try await host.packages.installed(names).count == names.count { return names }
        let can = try await host.packages.available(sets.flatMap { $0 })
        return sets.first { $0.allSatisfy(can.contains) } ?? sets.first ?? []
    }
}

/// The distribution has no package for something.
struct RequirementUnavailable: Error, CustomStringConvertible {
    let requirement: String
    let why: String
    let wayOut: String

    var description: String { "\(requirement): \(why). \(wayOut)" }
}
