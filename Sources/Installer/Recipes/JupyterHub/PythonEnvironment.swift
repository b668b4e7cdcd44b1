import Crypto
import Foundation

/// A virtual environment as it should be.
///
/// Environments cannot be moved: the paths of their programs are written into them. So each stands in a directory that is named
/// after all that it is made of, and a link says which one is in use.
struct PythonEnvironment: Equatable, Sendable {
    /// Where all environments are.
    static let shelf = "/opt/diycloud/envs"
    /// In an environment that is complete.
    static let stamp = ".diycloud-complete"
    /// How the names of directories begin in which environments are being made.
    static let work = ".work-"

    enum Purpose: String, Sendable, CaseIterable {
        case hub, users

        /// The link that everything else knows it by.
        var link: String {
            switch self {
            case .hub: "/opt/diycloud/jupyterhub"
            case .users: "/opt/diycloud/jupyter-env"
            }
        }
    }

    let purpose: Purpose
    let python: PythonRuntime
    /// Path of the lock in the payload.
    let lock: String
    /// Path of our own package in the payload, built without a network.
    let package: String?
    /// What it is made of, in 16 hexadecimal digits.
    let digest: String

    /// - Parameters:
    ///   - lockText: what is in `lock`.
    ///   - packageFiles: names and content of all files of `package`.
    init(
        _ purpose: Purpose,
        _ python: PythonRuntime,
        lock: String,
        lockText: Data,
        package: String? = nil,
        packageFiles: [String: Data] = [:]
    ) {
        self.purpose = purpose
        self.python = python
        self.lock = lock
        self.package = package
        var hash = SHA256()
        // Each part with its length, so that no two lists of parts are the same bytes.
        func add(_ part: Data) {
            hash.update(data: Data("\(part.count):".utf8))
            hash.update(data: part)
        }
        add(Data("1 \(python.program) \(python.version)".utf8))
        add(lockText)
        for (name, content) in packageFiles.sorted(by: { $0.key < $1.key }) {
            add(Data(name.utf8))
            add(content)
        }
        digest = String(hash.finalize().map { String(format: "%02x", $0) }.joined().prefix(16))
    }

    var name: String { "\(purpose.rawValue)-\(digest)" }
    var directory: String { "\(Self.shelf)/\(name)" }
    /// What the link holds: it stays right when the whole is looked at below another root.
    var target: String { "envs/\(name)" }
}
