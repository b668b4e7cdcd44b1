/// Why the user store cannot be used. While one of these holds nobody is let in.
public enum StoreError: Error, Equatable, Sendable {
    /// Nothing has been read yet.
    case notRead(path: String)
    case missing(path: String)
    /// The file is there, but this process cannot read it (permissions, a directory, an I/O error, a WAL that only a writer can open).
    case unreadable(path: String, reason: String)
    /// The file does not begin as an SQLite database does.
    case notADatabase(path: String)
    /// SQLite calls the file malformed.
    case corrupt(path: String, reason: String)
    /// A database, but not the platform's: a table or a column is missing.
    case foreign(path: String, reason: String)
    /// Another program has held its lock for too long.
    case busy(path: String)

    public var path: String {
        switch self {
        case .notRead(let path), .missing(let path), .unreadable(let path, _), .notADatabase(let path),
            .corrupt(let path, _),
            .foreign(let path, _), .busy(let path):
            path
        }
    }
}

extension StoreError: CustomStringConvertible {
    /// A sentence for the administrator: what is wrong, and the way out.
    public var description: String {
        switch self {
        case .notRead(let path):
            "The user store \(path) has not been read yet."
        case .missing(let path):
            "There is no user store at \(path). Set store.path to where it is, or make one with `diycloud-bridge init`."
        case .unreadable(let path, let reason):
            "The user store \(path) cannot be read: \(reason)."
        case .notADatabase(let path):
            "\(path) is not an SQLite database. Set store.path to the user store, or restore it from a backup."
        case .corrupt(let path, let reason):
            "The user store \(path) is damaged (\(reason)). Restore the newest backup, or rescue it with "
                + "`sqlite3 \(path) .recover | sqlite3 rescued.db`."
        case .foreign(let path, let reason):
            "\(path) is a database, but no user store: \(reason). Set store.path to the platform's users.db."
        case .busy(let path):
            "The user store \(path) has been locked by another program for too long. Find it with `fuser \(path)`."
        }
    }
}
