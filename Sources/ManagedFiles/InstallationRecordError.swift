/// Why the record of what we changed cannot be used. Nothing is changed then: a host is not touched without its record.
public enum InstallationRecordError: Error, Sendable, CustomStringConvertible {
    case unreadable(path: String, reason: String)
    /// A newer release wrote it.
    case newer(path: String, version: Int)

    public var description: String {
        switch self {
        case .unreadable(let path, let reason):
            "\(path), the record of what was installed, cannot be read (\(reason)). A backup has a copy: diycloud restore --help"
        case .newer(let path, let version):
            "\(path) was written by a newer release (form \(version)). Use that release"
        }
    }
}
