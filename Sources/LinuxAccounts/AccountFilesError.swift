/// An account file of the host could not be read.
public struct AccountFilesError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file.
    public let path: String
    /// What the kernel said.
    public let reason: String
    let isMissing: Bool

    public var description: String { "\(path) cannot be read: \(reason); sync-users needs to run as root" }
}
