import ArgumentParser
import Audit
import BridgeConfiguration
import Foundation
import UserStore

/// What the changing commands share: the editor on the store of the options, the audit log, and the last line, which tells of the backup.
extension UserStoreEditor {
    convenience init(options: StoreOption) throws {
        self.init(path: try options.storePath(), isSystemName: isSystemAccount)
    }

    /// Prints what was done and notes it in the audit log.
    /// - Parameters:
    ///   - sentence: what was done.
    ///   - user: to whom.
    func report(_ sentence: String, user: String, options: StoreOption) throws {
        print(sentence)
        if let backupPath { print("The store as it was before: \(backupPath)") }
        let configuration = try options.configuration()
        let path = configuration.audit.path
        // Standard output belongs to the command's own report.
        guard path != "-" else { return }
        try ServiceDirectories(configuration).make()
        let log = AuditLog(path: path) { line in
            FileHandle.standardError.write(Data("diycloud-bridge: \(line)\n".utf8))
        }
        log.record(
            AuditEvent(
                .administration,
                at: .now,
                outcome: .success,
                user: user,
                actor: ServiceOwner.caller,
                detail: sentence
            )
        )
        log.flush()
    }
}
