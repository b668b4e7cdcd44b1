/// Why packages could not be had, and what a person can do about it.
public enum PackageError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No repository has them. Nothing was installed.
    case unknownPackage([String])
    /// The distribution does not have it at all (``Distributions/PackageChoice/unavailable(why:wayOut:)``), or no repository
    /// has one of its alternatives.
    case unavailable(why: String, wayOut: String)
    /// Somebody else has held the package manager for longer than was waited.
    case locked(by: String, waited: Duration)
    /// A repository could not be reached, or is gone.
    case unreachable(command: String, output: String)
    /// What a package's signature or a repository's says is not what its key says.
    case badSignature(command: String, output: String)
    /// The program failed otherwise.
    case failed(command: String, output: String)
    /// The program said that all was well (or not), and the look afterwards found these missing.
    case notInstalled([String], output: String)
    /// They are still there after their removal.
    case stillInstalled([String], output: String)
    /// The files are there, but a script that sets the package up failed.
    case scriptFailed([String], output: String)
    /// The key of a repository is not the one that is pinned.
    case wrongKey(repository: String, found: [String], pinned: String)
    /// What should be a key is none.
    case unreadableKey(repository: String, reason: String)
    /// A repository cannot be added: the package manager does not do that, or the name or address is not to be trusted.
    case repositoryRefused(String, reason: String)
    /// On Arch: a newer list of packages would have to be taken, and then the whole system be brought up to date with it.
    case needsFullUpgrade([String])
    /// The program is not there.
    case missing(String)

    public var description: String {
        switch self {
        case .unknownPackage(let names):
            """
            No repository of this system has \(Self.list(names)). Nothing was installed. Enable the repository that has it, \
            then run this again.
            """
        case .unavailable(let why, let wayOut): "\(why). \(wayOut)"
        case .locked(let holder, let waited):
            "The package manager is held by \(holder), for more than \(waited.components.seconds) s. Wait for it, or end it."
        case .unreachable(let command, let output):
            """
            \(command) could not reach a repository. Look at the network, the proxy settings and the repositories.
            \(Self.tail(output))
            """
        case .badSignature(let command, let output):
            "\(command) refused what a repository gave: its signature is not of a trusted key.\n\(Self.tail(output))"
        case .failed(let command, let output): "\(command) failed:\n\(Self.tail(output))"
        case .notInstalled(let names, let output):
            "\(Self.list(names)) is not installed after the attempt to install it:\n\(Self.tail(output))"
        case .stillInstalled(let names, let output):
            "\(Self.list(names)) is still there after its removal:\n\(Self.tail(output))"
        case .scriptFailed(let names, let output):
            """
            The files of \(Self.list(names)) were installed, but a script that sets the package up failed. Mend what it \
            complains of, then run this again.
            \(Self.tail(output))
            """
        case .wrongKey(let repository, let found, let pinned):
            """
            The key given for the repository \(repository) has the fingerprint \(Self.list(found)), and it must have \(pinned). \
            Nothing was changed. Either something between here and the repository changed it, or its owner has a new key.
            """
        case .unreadableKey(let repository, let reason):
            "What was given as the key of the repository \(repository) is no OpenPGP key: \(reason). Nothing was changed."
        case .repositoryRefused(let name, let reason): "The repository \(name) cannot be added: \(reason)."
        case .needsFullUpgrade(let names):
            """
            The mirrors no longer have what this system's list of packages says of \(Self.list(names)). On Arch a newer list \
            means to upgrade everything: run pacman -Syu, restart if it brought a new kernel, then run this again.
            """
        case .missing(let name): "There is no program \(name) on this system."
        }
    }

    private static func list(_ names: [String]) -> String { names.joined(separator: ", ") }

    /// The last lines are those that say why.
    private static func tail(_ output: String) -> String {
        output.split(whereSeparator: \.isNewline).suffix(15).joined(separator: "\n")
    }
}
