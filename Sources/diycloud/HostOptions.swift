import ArgumentParser
import Distributions
import Foundation
import Glibc
import HostChanges
import HostPrograms
import Installer
import ManagedFiles
import PackageManagers
import ProductRelease

/// Where things are; for all commands that look at or change the host.
struct HostOptions: ParsableArguments {
    static let stateDirectory = "/var/lib/diycloud-installation"
    static let logDirectory = "/var/log/diycloud-installation"

    @Option(
        help: ArgumentHelp(
            "The unpacked release to install from.",
            discussion: "Else the one that this program is in.",
            valueName: "dir"
        )
    )
    var payload: String?

    /// What the host is, and what it can be asked.
    /// - Parameter readOnly: whether nothing may be written, not even an empty record.
    func host(
        readOnly: Bool,
        programs: any HostPrograms = SystemPrograms(),
        options change: (inout InstallOptions) throws -> Void
    ) async throws -> Installer.Host {
        guard let text = FileManager.default.contents(atPath: "/etc/os-release") else {
            throw CommandFailure("/etc/os-release cannot be read, so it is not known which distribution this is.")
        }
        let distribution = try Distribution(OSRelease(parsing: String(decoding: text, as: UTF8.self)))
        let facts = await HostFacts.look(programs)
        guard facts.hasSystemd else {
            throw CommandFailure(
                "systemd does not run here. Every service, slice and limit of the cloud is built on it."
            )
        }
        let record = try InstallationRecord(
            directory: Self.stateDirectory,
            release: Release.version,
            readOnly: readOnly
        )
        var options = await record.manifest.options
        try change(&options)
        return Installer.Host(
            distribution: distribution,
            facts: facts,
            programs: programs,
            packages: PackageManagers.make(distribution.packageManager, programs: programs),
            files: ManagedFiles(record: record),
            payload: try payload.map { try Payload(directory: $0) } ?? Payload.ofThisProgram(),
            options: options
        )
    }

    /// - Throws: ``CommandFailure`` when the caller is not root.
    static func requireRoot(_ command: String, because reason: String = "changes this host") throws {
        guard geteuid() == 0 else {
            throw CommandFailure("diycloud \(command) \(reason), so it needs root: sudo diycloud \(command)")
        }
    }
}
