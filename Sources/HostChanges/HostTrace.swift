/// Something on the host that is there because of us, and how it is taken back.
///
/// Recorded before it is made: after a crash an uninstall may look for what was never made, but leaves nothing that was.
public enum HostTrace: Codable, Hashable, Sendable {
    /// A package that was not installed before.
    case package(String)
    /// A file that we wrote; the manifest has its digest, and where the original is kept if there was one.
    case file(String)
    /// A directory that we made. Removed when it is empty.
    case directory(String)
    /// A directory that is wholly ours, with all that is in it.
    case tree(String)
    /// What people or services put there: stays, unless a purge is asked for. A path.
    case data(String)
    /// A symbolic link that we made.
    case link(String)
    /// An account of the system, and its group of the same name.
    case account(String)
    case group(String)
    /// A unit that we enabled or started.
    case unit(String)
    /// Anything else: the programs that take it back, in order, each with its arguments; and what it is, for a person.
    case command(id: String, undo: [[String]], note: String)

    /// What it is and what undoes it, in a line for a person.
    public var description: String {
        switch self {
        case .package(let name): "package \(name)"
        case .file(let path): "file \(path)"
        case .directory(let path): "directory \(path)"
        case .tree(let path): "directory \(path) and all in it"
        case .data(let path): "data in \(path)"
        case .link(let path): "link \(path)"
        case .account(let name): "account \(name)"
        case .group(let name): "group \(name)"
        case .unit(let name): "unit \(name)"
        case .command(_, _, let note): note
        }
    }

    /// Whether the other one is about the same thing: a command is known by its id, whatever its words are by now.
    public func isSameThing(as other: HostTrace) -> Bool {
        if case .command(let id, _, _) = self, case .command(let otherID, _, _) = other { return id == otherID }
        return self == other
    }
}
