import ArgumentParser
import Backups
import BridgeConfiguration
import Foundation
import Glibc

/// Where the databases are, and whose notebooks come along; for "backup" and "restore".
struct BackupOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The platform's user store.",
            discussion: "Else the one that /etc/diycloud-bridge/bridge.yaml names (store.path).",
            valueName: "file"
        )
    )
    var store: String?

    @Option(
        help: ArgumentHelp(
            "The bridge's own database.",
            discussion: "Else the one that bridge.yaml names (database.path).",
            valueName: "file"
        )
    )
    var database: String?

    func validate() throws {
        for path in [store, database] {
            if let path, !path.hasPrefix("/") { throw ValidationError("\(path): name it by its whole path.") }
        }
    }

    /// The places of this host.
    /// - Parameter acceptsBroken: whether a configuration that cannot be read is no hindrance: it may be what is to be mended.
    func places(acceptsBroken: Bool) throws -> BackupPlaces {
        var places = BackupPlaces()
        if store == nil || database == nil {
            do {
                let configuration = try Configuration.load(path: Configuration.defaultPath)
                places.userStore = configuration.store.path
                places.bridgeDatabase = configuration.database.path
            } catch {
                // Nothing is installed, or only the platform.
                guard access(Configuration.defaultPath, F_OK) == 0, !acceptsBroken else {
                    return chosen(places)
                }
                throw CommandFailure(
                    "\(error)\nSo it is not known where the databases are. Mend it, or name them: --store FILE --database FILE"
                )
            }
        }
        return chosen(places)
    }

    private func chosen(_ places: BackupPlaces) -> BackupPlaces {
        var places = places
        if let store { places.userStore = store }
        if let database { places.bridgeDatabase = database }
        return places
    }

    /// The accounts of people on this host.
    static func people(_ names: [String]) throws -> [BackupPerson] {
        try Set(names).sorted().map { name in
            guard let account = getpwnam(name)?.pointee else {
                throw CommandFailure("This host has no account \(name), so nobody knows whose notebooks these are.")
            }
            return BackupPerson(
                name: String(cString: account.pw_name),
                uid: account.pw_uid,
                gid: account.pw_gid,
                home: String(cString: account.pw_dir)
            )
        }
    }

    /// Prints what is begun, to where the report does not go.
    static func progress(_ format: ReportFormat) -> @Sendable (String) -> Void {
        { line in
            let file = format == .json ? FileHandle.standardError : .standardOutput
            // What print(_:) still holds comes first.
            fflush(nil)
            file.write(Data("  … \(line)\n".utf8))
        }
    }
}
