import Distributions

/// rpm(8): what is installed, and which keys are trusted. Below dnf and zypper.
struct RPMDatabase: Sendable {
    let commands: PackageCommands

    var options: [String] { commands.isOtherRoot ? ["--root", commands.root] : [] }

    /// A name counts when a package is called so or provides it: `python3` is python313's on Tumbleweed.
    func all() async throws(PackageError) -> Set<String> {
        let outcome = try await commands.look(["rpm"] + options + ["-qa", "--qf", #"%{NAME}\n"#])
        // Keys of repositories are in the database, too (rpmkeys(8)).
        return Set(outcome.lines.map(String.init).filter { $0 != "gpg-pubkey" })
    }

    func installed(_ names: [String]) async throws(PackageError) -> Set<String> {
        guard !names.isEmpty else { return [] }
        try PackageName.check(names)
        let outcome = try await commands.look(["rpm"] + options + ["-q", "--qf", #"%{NAME}\n"#] + names)
        var found = Set(outcome.lines.map(String.init)).intersection(names)
        for name in names where !found.contains(name) {
            if try await commands.look(["rpm"] + options + ["-q", "--whatprovides", name]).status == 0 {
                found.insert(name)
            }
        }
        return found
    }

    /// Those that a package is really called.
    func exactly(_ names: [String]) async throws(PackageError) -> [String] {
        guard !names.isEmpty else { return [] }
        try PackageName.check(names)
        let outcome = try await commands.look(["rpm"] + options + ["-q", "--qf", #"%{NAME}\n"#] + names)
        return Set(outcome.lines.map(String.init)).intersection(names).sorted()
    }

    /// - Throws: ``PackageError/neededBy(_:others:)`` when others would have to go too.
    func checkRemoval(of names: [String]) async throws(PackageError) {
        let outcome = try await commands.look(["rpm"] + options + ["-e", "--test"] + names)
        // `	nginx is needed by (installed) nginx-mod-http-perl-1.20.1-20.el9.x86_64`
        let others = outcome.lines.compactMap { $0.after("is needed by (installed) ").map(String.init) }
        guard others.isEmpty else { throw .neededBy(names, others: Array(Set(others)).sorted()) }
    }

    /// Trusts a key that was checked; it is read from a file that stays.
    func trust(keyAt path: String) async throws(PackageError) {
        let outcome = try await commands.change(["rpm"] + options + ["--import", path])
        guard outcome.status == 0 else { throw .failed(command: "rpm --import \(path)", output: outcome.output) }
    }

    /// No longer trusts a key. rpm calls it by the last eight digits of its fingerprint.
    func distrust(fingerprint: String) async throws(PackageError) {
        let name = "gpg-pubkey-\(fingerprint.suffix(8).lowercased())"
        guard PackageName.isValid(name) else { return }
        _ = try await commands.change(["rpm"] + options + ["-e", name])
    }
}

/// A repository as dnf and zypper read it: dnf.conf(5), zypper(8).
struct RPMRepository {
    let address: RepositoryAddress
    let directory: String
    let commands: PackageCommands

    var keyPath: String { "/etc/pki/rpm-gpg/RPM-GPG-KEY-\(address.name)" }
    var path: String { "\(directory)/\(address.name).repo" }

    /// Writes its files and trusts its key.
    func write(_ key: OpenPGPKey, extra: [String] = []) async throws(PackageError) {
        try RepositoryFile.write(Array(key.armored.utf8), to: commands.path(keyPath))
        try await RPMDatabase(commands: commands).trust(keyAt: commands.path(keyPath))
        let lines =
            [
                "[\(address.name)]", "name=\(address.title)", "baseurl=\(address.url)", "enabled=1", "gpgcheck=1",
                "gpgkey=file://\(commands.path(keyPath))",
            ] + extra
        try RepositoryFile.write(Array((lines.joined(separator: "\n") + "\n").utf8), to: commands.path(path))
    }

    func remove() async throws(PackageError) {
        try RepositoryFile.remove(commands.path(path))
        try RepositoryFile.remove(commands.path(keyPath))
        try await RPMDatabase(commands: commands).distrust(fingerprint: address.fingerprint)
    }
}
