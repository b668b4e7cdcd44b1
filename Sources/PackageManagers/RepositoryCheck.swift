import Distributions

/// What must hold of a repository before anything is written for it.
enum RepositoryCheck {
    /// Its key, after every primary key in it was found to be the pinned one.
    /// - Throws: ``PackageError/wrongKey(repository:found:pinned:)``, ``PackageError/unreadableKey(repository:reason:)``,
    ///   ``PackageError/repositoryRefused(_:reason:)``.
    static func key(of repository: PackageRepository) throws(PackageError) -> OpenPGPKey {
        try address(repository.address)
        let name = repository.address.name
        let key: OpenPGPKey
        do { key = try OpenPGPKey(parsing: repository.key) } catch {
            throw .unreadableKey(repository: name, reason: error.reason)
        }
        let pinned = repository.address.fingerprint.filter { $0 != " " }.uppercased()
        guard key.fingerprints.allSatisfy({ $0 == pinned }) else {
            throw .wrongKey(repository: name, found: key.fingerprints, pinned: pinned)
        }
        return key
    }

    /// Its words go into files whose lines mean something, and its name is a file's.
    static func address(_ address: RepositoryAddress) throws(PackageError) {
        guard PackageName.isValid(address.name), !address.name.contains(".") else {
            throw .repositoryRefused(address.name, reason: "its name has other characters than letters, digits and -")
        }
        guard address.url.hasPrefix("https://") || address.url.hasPrefix("file:///") else {
            throw .repositoryRefused(address.name, reason: "its address \(address.url) is neither https: nor file:")
        }
        let words = [address.url] + [address.suite].compactMap { $0 } + address.components
        let printable = words.allSatisfy { word in word.unicodeScalars.allSatisfy { ("!"..."~").contains($0) } }
        let title = address.title.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 }
        guard printable, title else {
            throw .repositoryRefused(address.name, reason: "a blank or a control character stands where none may")
        }
    }
}
