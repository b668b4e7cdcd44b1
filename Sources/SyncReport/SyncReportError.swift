/// Why the file of the last reconciliation cannot be read or written.
public enum SyncReportError: Error, Sendable, Equatable, CustomStringConvertible {
    case unreadable(path: String, reason: String)
    case unwritable(path: String, reason: String)

    public var description: String {
        switch self {
        case .unreadable(let path, let reason):
            "\(path) cannot be read: \(reason). The next `diycloud-bridge sync-users` writes it anew."
        case .unwritable(let path, let reason):
            "\(path) cannot be written: \(reason). Set sync.report to a file in a directory of root's."
        }
    }
}
