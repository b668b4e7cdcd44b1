import ArgumentParser
import Audit
import BridgeDatabase
import Foundation

/// Which bridge database and audit log a command works on.
struct DatabaseOption: ParsableArguments {
    @Option(name: .customLong("database"), help: ArgumentHelp("The bridge database.", valueName: "PATH"))
    var path = "/var/lib/diycloud-bridge/bridge.db"

    @Option(name: .customLong("audit-log"), help: ArgumentHelp("The audit log.", valueName: "PATH"))
    var auditPath = "/var/log/diycloud-bridge/audit.log"

    /// Opens the database as the user that it belongs to.
    ///
    /// Root becomes that user for good: the directory is writable to a process that faces the network, and root must
    /// not follow what such a process may have put there.
    /// - Throws: what the person at the terminal should read.
    func open() throws -> BridgeDatabase {
        try ServiceOwner.stepDown(toOwnerOf: path)
        return try BridgeDatabase.open(path: path)
    }

    /// Notes what an administrator did, and waits until it is written.
    func record(_ events: [AuditEvent]) {
        let log = AuditLog(path: auditPath) { line in
            FileHandle.standardError.write(Data("diycloud-bridge: \(line)\n".utf8))
        }
        events.forEach(log.record)
        log.flush()
    }
}
