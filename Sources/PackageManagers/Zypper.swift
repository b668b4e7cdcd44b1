import Distributions

/// zypper(8).
struct Zypper: PackageManager {
    let commands: PackageCommands
    let kind = PackageManagerKind.zypper

    private var database: RPMDatabase { RPMDatabase(commands: commands) }

    // MARK: - Looking

    func installed(_ names: [String]) async throws(PackageError) -> Set<String> { try await database.installed(names) }

    func all() async throws(PackageError) -> Set<String> { try await database.all() }

    /// As root zypper takes its lock even to search, so this waits too.
    func available(_ names: [String]) async throws(PackageError) -> Set<String> {
        try await available(names, { _ in })
    }

    private func available(_ names: [String], _ progress: (String) -> Void) async throws(PackageError) -> Set<String> {
        guard !names.isEmpty else { return [] }
        try PackageName.check(names)
        var found = try await search(["--match-exact"] + names, progress).intersection(names)
        for name in names where !found.contains(name) {
            if try await !search(["--match-exact", "--provides", name], progress).isEmpty { found.insert(name) }
        }
        return found
    }

    /// Names of packages, out of `<solvable status="not-installed" name="nginx" kind="package"…/>`.
    private func search(_ arguments: [String], _ progress: (String) -> Void) async throws(PackageError) -> Set<String> {
        let outcome = try await commands.waiting(progress, for: Self.holder) { () async throws(PackageError) in
            try await commands.look(
                ["zypper", "--non-interactive"] + rootOptions
                    + ["--no-refresh", "--xmlout", "search", "--details", "--type", "package"] + arguments
            )
        }
        return Set(
            outcome.lines.filter { $0.contains("<solvable ") && !$0.contains(#"repository="(System Packages)""#) }
                .compactMap { $0.after(#" name=""#).map { String($0.prefix { $0 != "\"" }) } }
        )
    }

    func consequence(ofInstalling names: [String]) async throws(PackageError) -> String? { nil }

    // MARK: - Changing

    func install(_ names: [String], progress: @Sendable (String) -> Void) async throws(PackageError) {
        let there = try await installed(names)
        let missing = names.filter { !there.contains($0) }
        guard !missing.isEmpty else { return }
        if try await available(missing, progress).count < Set(missing).count {
            progress("Fetching the lists of packages (zypper refresh)")
            let outcome = try await run(["refresh"], progress)
            let known = try await available(missing, progress)
            let unknown = missing.filter { !known.contains($0) }
            guard unknown.isEmpty else {
                if outcome.status != 0 { throw trouble("zypper refresh", outcome) }
                throw .unknownPackage(unknown)
            }
        }
        progress("Installing \(missing.joined(separator: ", ")) with zypper")
        // Files of two packages are compared only when all are there before the first is installed.
        let outcome = try await run(
            ["install", "--no-recommends", "--auto-agree-with-licenses", "--download-in-advance", "--"] + missing,
            progress
        )
        let now = try await installed(names)
        let absent = names.filter { !now.contains($0) }
        let broken = FailedScripts.rpm(in: outcome.output, among: missing)
        if !absent.isEmpty, outcome.status != 0 { throw trouble("zypper install", outcome) }
        if !broken.isEmpty { throw .scriptFailed(broken, output: outcome.output) }
        guard absent.isEmpty else { throw .notInstalled(absent, output: outcome.output) }
        // 106: a repository could not be refreshed, and the packages came from others (zypper(8), EXIT CODES).
        if outcome.status == 106 { progress("A repository could not be reached; what was wanted came from another.") }
    }

    func remove(_ names: [String], progress: @Sendable (String) -> Void) async throws(PackageError) {
        let present = try await database.exactly(names)
        guard !present.isEmpty else { return }
        try await database.checkRemoval(of: present)
        progress("Removing \(present.joined(separator: ", ")) with zypper")
        let outcome = try await run(["remove", "--no-clean-deps", "--"] + present, progress)
        let left = try await database.exactly(names)
        guard left.isEmpty else { throw .stillInstalled(left, output: outcome.output) }
    }

    // MARK: - Repositories

    private func repository(_ address: RepositoryAddress) -> RPMRepository {
        RPMRepository(address: address, directory: "/etc/zypp/repos.d", commands: commands)
    }

    func files(of repository: RepositoryAddress) -> [String] {
        let files = self.repository(repository)
        return [files.keyPath, files.path]
    }

    func add(_ repository: PackageRepository, progress: @Sendable (String) -> Void) async throws(PackageError) {
        let key = try RepositoryCheck.key(of: repository)
        progress("Adding the repository \(repository.address.title)")
        try await self.repository(repository.address).write(key, extra: ["autorefresh=1", "type=rpm-md"])
        let outcome = try await run(["refresh", "--", repository.address.name], progress)
        guard outcome.status != 0 else { return }
        try await self.repository(repository.address).remove()
        throw trouble("zypper refresh", outcome)
    }

    func removeRepository(
        _ address: RepositoryAddress,
        progress: @Sendable (String) -> Void
    ) async throws(PackageError) {
        try RepositoryCheck.address(address)
        try await repository(address).remove()
    }

    // MARK: - The program

    private var rootOptions: [String] { commands.isOtherRoot ? ["--root", commands.root] : [] }

    private func run(
        _ arguments: [String],
        _ progress: (String) -> Void
    ) async throws(PackageError) -> PackageCommands.Outcome {
        var tries = 0
        return try await commands.waiting(progress, for: Self.holder) { () async throws(PackageError) in
            // The first time it says at once who holds it; then libzypp itself waits for a while.
            let timeout = tries == 0 ? 0 : 10
            tries += 1
            return try await commands.change(
                ["env", "ZYPP_LOCK_TIMEOUT=\(timeout)", "zypper", "--non-interactive"] + rootOptions + arguments
            )
        }
    }

    // MARK: - What it says

    /// Status 7: `System management is locked by the application with pid 4711 (/usr/bin/zypper).`
    private static func holder(_ outcome: PackageCommands.Outcome) -> String? {
        guard outcome.status == 7 else { return nil }
        let process = outcome.lines.lazy.compactMap { $0.after("with pid ").map { $0.prefix { $0.isNumber } } }.first
        if let process = process.flatMap({ Int32($0) }) { return HeldLock.describe(process) }
        return "another program"
    }

    private func trouble(_ command: String, _ outcome: PackageCommands.Outcome) -> PackageError {
        let unknown = outcome.lines.compactMap { line -> String? in
            guard line.contains("not found in package names") || line.contains("No provider of '") else { return nil }
            return line.after("'").map { String($0.prefix { $0 != "'" }) }
        }
        if !unknown.isEmpty { return .unknownPackage(Set(unknown).sorted()) }
        if outcome.says("Signature verification failed", "signature verification failed", "is unsigned", "not trusted")
        {
            return .badSignature(command: command, output: outcome.output)
        }
        if outcome.says(
            "Valid metadata not found",
            "Could not resolve",
            "Curl error",
            "Download (curl) error",
            "is not accessible",
            "Can't provide file",
            "Error retrieving",
            "Timeout exceeded",
            "not found on medium",
            "Failed to mount"
        ) {
            return .unreachable(command: command, output: outcome.output)
        }
        return .failed(command: command, output: outcome.output)
    }
}
