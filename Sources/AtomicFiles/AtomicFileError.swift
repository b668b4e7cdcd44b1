import Glibc

/// A file that could not be read or replaced.
public enum AtomicFileError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A system call failed.
    case system(path: String, action: String, errno: Int32)
    /// It is there, and is no regular file: a link, a directory, a device.
    case notRegular(path: String)
    /// Larger than the reader is ready for.
    case tooLarge(path: String, limit: Int)
    /// No account or group of that name.
    case unknownOwner(path: String, name: String)

    public var description: String {
        switch self {
        case .system(let path, let action, let code):
            "\(path) could not be \(action): \(String(cString: strerror(code)))"
        case .notRegular(let path): "\(path) is not a regular file"
        case .tooLarge(let path, let limit): "\(path) is larger than \(limit >> 20) MiB"
        case .unknownOwner(let path, let name): "\(path) should belong to \(name), which is no account or group here"
        }
    }
}
