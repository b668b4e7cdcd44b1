package import Foundation

/// A directory that goes away with the test.
package final class TemporaryDirectory: Sendable {
    package let root: String

    package init() throws {
        root = NSTemporaryDirectory() + "bridge-" + UUID().uuidString.prefix(13)
        try FileManager.default.createDirectory(
            atPath: root,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    package func path(_ name: String) -> String { "\(root)/\(name)" }

    package func text(of name: String) throws -> String {
        try String(contentsOfFile: path(name), encoding: .utf8)
    }

    /// What lstat(2) says.
    package func status(_ name: String) throws -> stat {
        var status = stat()
        guard lstat(path(name), &status) == 0 else { throw POSIXError(.ENOENT) }
        return status
    }
}
