import BridgeConfiguration
import Foundation
import Privileges

/// The directories that hold what the service writes: the bridge database and the audit log.
///
/// Under systemd StateDirectory= and LogsDirectory= make them; this does the same where root starts the service, or a command, by hand.
struct ServiceDirectories {
    private let user: String
    private let paths: [String]

    init(_ configuration: BridgeConfiguration.Configuration) {
        user = configuration.user
        let files = [configuration.database.path, configuration.audit.path].compactMap(\.self).filter { $0 != "-" }
        paths = files.map { URL(fileURLWithPath: $0).deletingLastPathComponent().path }
    }

    /// Makes those that are missing, for the service's user; does nothing for others than root.
    func make() throws {
        let missing = paths.filter { !FileManager.default.fileExists(atPath: $0) }
        guard geteuid() == 0, !missing.isEmpty else { return }
        let owner = try ServiceUser(named: user)
        for path in missing {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [
                    .posixPermissions: 0o700, .ownerAccountID: Int(owner.uid), .groupOwnerAccountID: Int(owner.gid),
                ]
            )
        }
    }
}
