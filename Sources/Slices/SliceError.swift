/// Why slices could not be looked at, or processes not be ended.
public enum SliceError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No limits can be had on this host.
    case unavailable(reason: String)
    /// A file or directory that could not be read or made.
    case file(path: String, reason: String)
    /// Processes of the person went on although they were killed.
    case stillRunning(uid: UInt32, count: Int)
    /// The person is not one whom this process may stop.
    case refused(uid: UInt32, reason: String)

    public var description: String {
        switch self {
        case .unavailable(let reason): reason
        case .file(let path, let reason): "\(path): \(reason)"
        case .refused(let uid, let reason): "what uid \(uid) runs was not stopped: \(reason)"
        case .stillRunning(let uid, let count):
            "\(count) processes of uid \(uid) did not end although they were killed; they may wait for a disk or a network share"
        }
    }
}
