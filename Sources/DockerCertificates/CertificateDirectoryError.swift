/// Why the guard's certificates cannot be read or kept.
public enum CertificateDirectoryError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A file is there and cannot be used.
    case unusable(path: String, reason: String)
    /// A file could not be written; what was there before still is.
    case unwritable(path: String, reason: String)
    /// Others than root could replace what is kept there.
    case unsafe(path: String, reason: String)

    public var description: String {
        switch self {
        case .unusable(let path, let reason):
            "\(path) cannot be used: \(reason). Move it away, and sync-users makes a new one."
        case .unwritable(let path, let reason): "\(path) cannot be written: \(reason)."
        case .unsafe(let path, let reason):
            "\(path) is no place for keys: \(reason). Make it root's: chown root \(path) && chmod 0750 \(path)"
        }
    }
}
