import AtomicFiles
public import HostChanges

/// Accounts of the system, made by systemd-sysusers(8) from a file of ours.
public struct AccountsStep: Step {
    public let component: Component
    private let names: [String]
    private let file: String
    private let host: Host

    /// - Parameters:
    ///   - names: of accounts, each with a group of its name. - file: in sysusers.d, written by an earlier step.
    public init(_ component: Component, _ names: [String], from file: String, on host: Host) {
        self.component = component
        self.names = names
        self.file = file
        self.host = host
    }

    public var title: String { "Make the accounts \(names.joined(separator: " and "))" }

    public func look() async throws -> StepStanding {
        let missing = missing
        if missing.isEmpty { return .done }
        return .needed([PlannedChange(.account, "create the system accounts \(missing.joined(separator: ", "))")])
    }

    public func traces() async throws -> [HostTrace] { missing.map { .account($0) } }

    public func apply(_ report: StepReport) async throws {
        let result = try await host.programs.run("systemd-sysusers", [file])
        report.output(result.output + result.errors)
    }

    private var missing: [String] {
        names.filter { (try? FileOwner(user: $0, group: $0).numbers(for: file)) == nil }
    }
}
