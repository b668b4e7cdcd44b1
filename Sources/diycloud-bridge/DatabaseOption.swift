import ArgumentParser
import Audit
import BridgeConfiguration
import BridgeDatabase
import Foundation

/// Which bridge database and audit log a command works on.
struct DatabaseOption: ParsableArguments {
    @OptionGroup var config: ConfigOption

    @Option(
        name: .customLong("database"),
        help: ArgumentHelp("The bridge database, instead of database.path of the configuration.", valueName: "file")
    )
    var path: String?

    /// Opens the database as the user that it belongs to.
    ///
    /// Root becomes that user for good: the directory is writable to a process that faces the network, and root must
    /// not follow what such a process may have put there.
    /// - Throws: what the person at the terminal should read.
    func open() throws -> BridgeDatabase {
        let path = try self.path ?? config.load(whenMissing: .usesDefaults).database.path
        try ServiceOwner.stepDown(toOwnerOf: path)
        return try BridgeDatabase.open(path: path)
    }

    /// Notes what an administrator did, and waits until it is written.
    func record(_ events: [AuditEvent]) throws {
        let path = try config.load(whenMissing: .usesDefaults).audit.path
        guard path != "-" else { return }
        let log = AuditLog(path: path) { line in
            FileHandle.standardError.write(Data("diycloud-bridge: \(line)\n".utf8))
        }
        events.forEach(log.record)
        log.flush()
    }
}
