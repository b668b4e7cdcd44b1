import Foundation

/// A directory that goes away with the test.
final class TemporaryDirectory: Sendable {
    let root: String

    init() throws {
        root = NSTemporaryDirectory() + "bridge-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: root,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    func path(_ name: String) -> String { "\(root)/\(name)" }

    func status(_ name: String) throws -> stat {
        var status = stat()
        guard lstat(path(name), &status) == 0 else { throw POSIXError(.ENOENT) }
        return status
    }
}
