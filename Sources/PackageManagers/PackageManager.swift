public import Distributions

/// The distribution's package manager.
///
/// What it promises: it waits for others that use it, and says for whom; a list of packages is refreshed only when it has to
/// be; nothing of a request is installed when one of its names is unknown; and success is what a look at the database of
/// installed packages says afterwards, never an exit status.
public protocol PackageManager: Sendable {
    var kind: PackageManagerKind { get }

    /// Which of these are installed and set up. Works while somebody else holds the lock.
    func installed(_ names: [String]) async throws(PackageError) -> Set<String>

    /// All that is installed and set up.
    func all() async throws(PackageError) -> Set<String>

    /// Which of these the repositories have, as far as the lists on this host say. Changes nothing of the system.
    func available(_ names: [String]) async throws(PackageError) -> Set<String>

    /// Installs what of these is not there.
    /// - Parameter progress: takes what is done, and whom is waited for: a line each.
    func install(_ names: [String], progress: @Sendable (String) -> Void) async throws(PackageError)

    /// Removes what of these is there, and keeps its configuration where the package manager knows of such a thing.
    func remove(_ names: [String], progress: @Sendable (String) -> Void) async throws(PackageError)

    /// The files that ``add(_:progress:)`` leaves.
    func files(of repository: RepositoryAddress) -> [String]

    /// Adds a repository after its key was compared with the fingerprint that is pinned, and fetches its list.
    func add(_ repository: PackageRepository, progress: @Sendable (String) -> Void) async throws(PackageError)

    /// Takes away what ``add(_:progress:)`` left.
    func removeRepository(_ address: RepositoryAddress, progress: @Sendable (String) -> Void) async throws(PackageError)

    /// What a plan must say before ``install(_:progress:)`` of these, because it does more than that: Arch's upgrade of the
    /// whole system. Nil when there is nothing to say.
    func consequence(ofInstalling names: [String]) async throws(PackageError) -> String?
}

extension PackageManager {
    /// The packages that a choice of the table comes to here.
    ///
    /// What is installed already counts before what could be.
    /// - Throws: ``PackageError/unavailable(why:wayOut:)``.
    public func choose(_ choice: PackageChoice) async throws(PackageError) -> [String] {
        switch choice {
        case .packages(let names): return names
        case .unavailable(let why, let wayOut): throw .unavailable(why: why, wayOut: wayOut)
        case .alternatives(let sets, let wayOut):
            for names in sets where try await installed(names).count == names.count { return names }
            for names in sets where try await available(names).union(installed(names)).count == names.count {
                return names
            }
            let wanted = sets.map { $0.joined(separator: " + ") }.joined(separator: " or ")
            throw .unavailable(why: "No repository of this system has \(wanted)", wayOut: wayOut)
        }
    }
}
