import GRDB

/// Why the bridge database cannot be used, in words for the person who can mend it.
public enum BridgeDatabaseError: Error, Equatable, CustomStringConvertible {
    /// The directory of the file is missing or is none.
    case directory(path: String, reason: String)
    /// The file or one of its companions is a link, a directory or a device.
    case notRegularFile(path: String)
    /// Other accounts may read the file.
    case tooOpen(path: String, mode: UInt32)
    /// The operating system refuses the file.
    case notPermitted(path: String, reason: String)
    /// The file is an SQLite database of another program.
    case foreign(path: String)
    /// A newer version of the bridge has changed the schema.
    case newer(path: String, migrations: [String])
    /// The file is damaged or is no database at all.
    case corrupt(path: String, reason: String)
    /// The file was removed or another was put in its place while it was open.
    case replaced(path: String)
    /// Another process kept the file locked for longer than the busy timeout.
    case busy(path: String)
    /// The file system is full, or a quota is used up.
    case full(path: String)
    /// Anything else that SQLite says.
    case failed(path: String, reason: String)

    public var description: String {
        switch self {
        case .directory(let path, let reason):
            """
            The directory of the bridge database \(path) cannot be used: \(reason). \
            Create it for the bridge's user: install -d -m 0700 -o diycloud-bridge -g diycloud-bridge DIRECTORY
            """
        case .notRegularFile(let path):
            "\(path) is not a regular file. The bridge follows no links here; move it away and start again."
        case .tooOpen(let path, let mode):
            "\(path) may be read by other accounts (mode \(String(mode, radix: 8))). Say: chmod 600 \(path)"
        case .notPermitted(let path, let reason):
            """
            The bridge database \(path) cannot be opened: \(reason). \
            It must belong to the user that the bridge runs as; compare: ls -ln \(path)*
            """
        case .foreign(let path):
            "\(path) is a database of another program, it was not touched. Check database.path in the configuration."
        case .newer(let path, let migrations):
            """
            The bridge database \(path) was written by a newer version (\(migrations.joined(separator: ", "))). \
            Install that version again, or put back the backup made before the upgrade.
            """
        case .corrupt(let path, let reason):
            """
            The bridge database \(path) is damaged: \(reason). \
            Put back a backup, or move the file and its -wal and -shm away: everybody then signs in again.
            """
        case .replaced(let path):
            "The bridge database \(path) was removed or replaced while it was in use. Restart the bridge."
        case .busy(let path):
            "The bridge database \(path) is locked by another process. See who holds it: fuser -v \(path)"
        case .full(let path):
            "The bridge database \(path) cannot grow: the disk or a quota is full. Free some space."
        case .failed(let path, let reason):
            "The bridge database \(path) failed: \(reason)"
        }
    }

    /// Gives what GRDB and SQLite throw its meaning.
    package init(_ error: any Error, path: String) {
        guard let error = error as? DatabaseError else {
            self = error as? BridgeDatabaseError ?? .failed(path: path, reason: "\(error)")
            return
        }
        let reason = error.message ?? error.resultCode.description
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy(path: path)
        case .SQLITE_FULL: self = .full(path: path)
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .corrupt(path: path, reason: reason)
        case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_AUTH:
            self = .notPermitted(path: path, reason: reason)
        default: self = .failed(path: path, reason: reason)
        }
    }
}
