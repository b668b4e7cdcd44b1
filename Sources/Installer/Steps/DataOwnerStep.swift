public import AtomicFiles
import Foundation
import Glibc
public import HostChanges

/// Data of a service belongs to its account. An uninstall gives it to root, since the number of an account that is gone may become
/// somebody else's; an installation that finds it again gives it back.
public struct DataOwnerStep: Step {
    public let component: Component
    public let path: String
    private let owner: FileOwner
    private let host: Host

    public init(_ component: Component, _ path: String, owner: FileOwner, on host: Host) {
        self.component = component
        self.path = path
        self.owner = owner
        self.host = host
    }

    public var title: String { "Give \(path) to \(owner.user)" }

    public func look() async throws -> StepStanding {
        let change = PlannedChange(.directory, "give what is in \(path) to \(owner)")
        guard host.files.root.isEmpty, access(path, F_OK) == 0 else { return .done }
        guard let wanted = try? owner.numbers(for: path) else { return .later(change, after: "the account is there") }
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []
        let isForeign = names.contains { name in
            var status = stat()
            return lstat("\(path)/\(name)", &status) == 0 && status.st_uid != wanted.uid
        }
        return isForeign ? .needed([change]) : .done
    }

    public func apply(_ report: StepReport) async throws {
        let names = "\(owner.user):\(owner.group)"
        let result = try await host.programs.run("chown", ["--recursive", "--no-dereference", names, path])
        report.output(result.output + result.errors)
    }
}
