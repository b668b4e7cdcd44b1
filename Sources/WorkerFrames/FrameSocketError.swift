/// Why no message could be sent or received.
public enum FrameSocketError: Error, Equatable, Sendable {
    /// The other side hung up.
    case closed
    case timedOut
    case malformed(FrameError)
    /// A system call failed; `errno` says how (errno(3)).
    case system(errno: Int32)
}
