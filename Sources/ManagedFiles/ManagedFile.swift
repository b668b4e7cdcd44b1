public import AtomicFiles

/// A file as it should be.
public struct ManagedFile: Sendable {
    public enum Content: Sendable {
        /// Ours as a whole: kept as it is rendered, unless an administrator changes it.
        case rendered(String)
        /// Made once, then the administrator's.
        case seed(String)
        /// Made once, by the closure when it is needed, then never shown, compared or logged.
        case secret(@Sendable () -> String)
        /// Some lines of ours in a file of somebody else's, between two marks, after the first line that holds `after` (at the end
        /// when it is nil).
        case block(String, after: String?)
    }

    public let path: String
    public let content: Content
    /// Permission bits. Not looked at for a block.
    public let mode: UInt32
    public let owner: FileOwner

    public init(_ path: String, _ content: Content, mode: UInt32 = 0o644, owner: FileOwner = .root) {
        self.path = path
        self.content = content
        self.mode = mode
        self.owner = owner
    }
}
