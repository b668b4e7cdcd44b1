/// The change of one line of `/etc/fstab`; everything else stays byte for byte.
public struct FstabEdit: Sendable, Hashable {
    public let path: String
    /// The line's number, from 1.
    public let line: Int
    /// The line as it is, without its line feed.
    public let before: String
    /// The line as it will be.
    public let after: String

    public init(path: String, line: Int, before: String, after: String) {
        self.path = path
        self.line = line
        self.before = before
        self.after = after
    }

    /// A unified diff without context.
    public var diff: String {
        "--- \(path)\n+++ \(path)\n@@ -\(line) +\(line) @@\n-\(before)\n+\(after)\n"
    }
}
