import GRDB

extension StoreError {
    /// What an error of SQLite means for the store.
    init(_ error: DatabaseError, files: StoreFiles) {
        let path = files.path
        switch error.extendedResultCode {
        case .SQLITE_READONLY_ROLLBACK:
            self = .unreadable(
                path: path,
                reason: "a program died while it was writing; let one that may write the store undo that: "
                    + "`sudo sqlite3 \(path) 'SELECT count(*) FROM users'`"
            )
            return
        case .SQLITE_READONLY_CANTINIT, .SQLITE_READONLY_RECOVERY, .SQLITE_READONLY_CANTLOCK:
            self = .unreadable(path: path, reason: Self.logWithoutIndex(path))
            return
        default: break
        }
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy(path: path)
        case .SQLITE_NOTADB: self = .notADatabase(path: path)
        case .SQLITE_CORRUPT: self = .corrupt(path: path, reason: error.message ?? "malformed")
        default:
            self = .unreadable(path: path, reason: error.message ?? "SQLite error \(error.extendedResultCode.rawValue)")
        }
    }

    /// A log whose index is gone can be opened only by a program that may write the directory.
    static func logWithoutIndex(_ path: String) -> String {
        "a program left its write-ahead log behind; let one that may write the store fold it in: "
            + "`sudo sqlite3 \(path) 'PRAGMA wal_checkpoint(TRUNCATE)'`"
    }
}
