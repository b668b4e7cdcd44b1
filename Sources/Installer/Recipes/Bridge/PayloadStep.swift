import AtomicFiles
import CExchange
import Foundation
import Glibc
import HostChanges

/// Copies the release to its place: beside it, and then swapped in, so that a service that starts meanwhile finds the old one or the new.
struct PayloadStep: Step {
    let component = Component.bridge
    let title = "Copy the programs to \(Payload.installed)"
    let host: Host

    private static let parts = ["bin", "share"]
    private static let draft = "\(Payload.installed).diycloud-new"

    func look() async throws -> StepStanding {
        guard host.payload.directory != Payload.installed else { return .done }
        let target = host.files.real(Payload.installed)
        if Self.parts.allSatisfy({ Self.isSame("\(host.payload.directory)/\($0)", "\(target)/\($0)") }) { return .done }
        let isThere = access(target, F_OK) == 0
        if isThere, await !host.record.manifest.has(.tree(Payload.installed)) {
            let change = PlannedChange(.directory, "copy the release to \(Payload.installed)")
            guard isLeftBehind(target) else {
                return .pending(change, why: "something that is not ours is there. Move it away and run this again")
            }
        }
        return .needed([
            PlannedChange(
                .directory,
                "\(isThere ? "replace" : "create") \(Payload.installed)",
                details: ["from \(host.payload.directory)"]
            )
        ])
    }

    func traces() async throws -> [HostTrace] { [.tree(Payload.installed)] }

    func apply(_ report: StepReport) async throws {
        let draft = host.files.real(Self.draft)
        let target = host.files.real(Payload.installed)
        try? FileManager.default.removeItem(atPath: draft)
        guard mkdir(draft, 0o755) == 0 else {
            throw AtomicFileError.system(path: draft, action: "made", errno: errno)
        }
        for part in Self.parts {
            report.say("Copying \(part)")
            let result = try await host.programs.run(
                "cp",
                ["--recursive", "--preserve=mode,timestamps", "\(host.payload.directory)/\(part)", draft],
                input: "",
                timeLimit: .seconds(300)
            )
            guard result.status == 0 else { throw StepFailure(title: title, reason: result.complaint) }
        }
        if host.programs.has("restorecon") {
            _ = try await host.programs.run("restorecon", ["-R", draft])
        }
        let problem =
            access(target, F_OK) == 0 ? diycloud_exchange(draft, target) : rename(draft, target) == 0 ? 0 : errno
        guard problem == 0 else {
            throw AtomicFileError.system(path: Payload.installed, action: "put in its place", errno: problem)
        }
        try? FileManager.default.removeItem(atPath: draft)
        // Labels go by the path (restorecon(8)).
        if host.programs.has("restorecon") {
            _ = try await host.programs.run("restorecon", ["-R", target])
        }
    }

    /// An installation by hand, as the administrator's guide tells: the same programs in the same place.
    private func isLeftBehind(_ target: String) -> Bool {
        access("\(target)/bin/diycloud-bridge", F_OK) == 0
    }

    /// Names, content and whether it can be run; nothing more on one side than on the other.
    static func isSame(_ left: String, _ right: String) -> Bool {
        guard let names = files(in: left), names == files(in: right) else { return false }
        return names.allSatisfy { name in
            let (a, b) = ("\(left)/\(name)", "\(right)/\(name)")
            return (access(a, X_OK) == 0) == (access(b, X_OK) == 0)
                && FileManager.default.contentsEqual(atPath: a, andPath: b)
        }
    }

    private static func files(in directory: String) -> [String]? {
        (try? FileManager.default.subpathsOfDirectory(atPath: directory))?.sorted()
    }
}
