/// A path or a file of the host that could not be looked at.
public enum DiskQuotaError: Error, Sendable, Equatable, CustomStringConvertible {
    /// `errno` says why the kernel would not open or read it.
    case unreadable(path: String, errno: Int32)
    /// No line of `/proc/self/mountinfo` holds it.
    case notMounted(path: String)
    /// A home that is a symbolic link or no directory: the quota would land on another place than the account says.
    case notADirectory(path: String)
    /// `/etc/fstab` could not be replaced; nothing was changed.
    case unwritable(path: String, errno: Int32)

    /// The file is no longer what the plan saw; nothing was changed.
    case changedMeanwhile(path: String)

    public var description: String {
        switch self {
        case .unreadable(let path, let code): "\(path) cannot be read: \(Kernel.sentence(code))"
        case .notMounted(let path): "no mount of /proc/self/mountinfo holds \(path)"
        case .notADirectory(let path): "\(path) is not a directory of its own (a symbolic link is not followed)"
        case .changedMeanwhile(let path): "\(path) has changed since the plan was made; run this again"
        case .unwritable(let path, let code): "\(path) cannot be written: \(Kernel.sentence(code))"
        }
    }
}
