import Distributions

/// dnf(8) of the fourth generation (RHEL 8 to 10, Amazon Linux) and dnf5(8) (Fedora from 41).
///
/// The fifth could not be had where this was tested: its command lines are by its manual, its messages by its source.
struct Dnf: PackageManager {
    enum Generation { case four, five }

    let generation: Generation
    let commands: PackageCommands

    var kind: PackageManagerKind { generation == .four ? .dnf4 : .dnf5 }
    private var program: String { generation == .four ? "dnf" : "dnf5" }
    private var database: RPMDatabase { RPMDatabase(commands: commands) }

    // MARK: - Looking

    func installed(_ names: [String]) async throws(PackageError) -> Set<String> { try await database.installed(names) }

    func all() async throws(PackageError) -> Set<String> { try await database.all() }

    func available(_ names: [String]) async throws(PackageError) -> Set<String> {
        try await available(names, { _ in })
    }

    private func available(_ names: [String], _ progress: (String) -> Void) async throws(PackageError) -> Set<String> {
        guard !names.isEmpty else { return [] }
        try PackageName.check(names)
        let outcome = try await query(names, progress)
        var found = Set(outcome.lines.map(String.init)).intersection(names)
        for name in names where !found.contains(name) {
            let providers = try await query(["--whatprovides", name], progress)
            if providers.status == 0, providers.lines.contains(where: { PackageName.isValid(String($0)) }) {
                found.insert(name)
            }
        }
        return found
    }

    /// Names alone, a line each. Only dnf5 wants the line's end to be asked for; a line more does no harm to either.
    private func query(_ arguments: [String], _ progress: (String) -> Void) async throws(PackageError)
        -> PackageCommands.Outcome
    {
        let outcome = try await commands.waiting(progress, for: holder) { () async throws(PackageError) in
            try await commands.look(
                [program] + commonOptions + ["-q", "repoquery", "--available", "--qf", #"%{name}\n"#] + arguments
            )
        }
        if outcome.status != 0 { throw trouble("\(program) repoquery", outcome) }
        return outcome
    }

    func consequence(ofInstalling names: [String]) async throws(PackageError) -> String? { nil }

    // MARK: - Changing

    func install(_ names: [String], progress: @Sendable (String) -> Void) async throws(PackageError) {
        let there = try await installed(names)
        let missing = names.filter { !there.contains($0) }
        guard !missing.isEmpty else { return }
        if try await available(missing, progress).count < Set(missing).count {
            progress("Fetching the lists of packages (\(program) makecache)")
            let outcome = try await run(["makecache", "--refresh"], progress)
            let known = try await available(missing, progress)
            let unknown = missing.filter { !known.contains($0) }
            guard unknown.isEmpty else {
                if !isComplete(outcome) { throw trouble("\(program) makecache", outcome) }
                throw .unknownPackage(unknown)
            }
        }
        progress("Installing \(missing.joined(separator: ", ")) with \(program)")
        let outcome = try await run(["--setopt=install_weak_deps=0", "install"] + missing, progress)
        let now = try await installed(names)
        let absent = names.filter { !now.contains($0) }
        let broken = FailedScripts.rpm(in: outcome.output, among: missing)
        if !absent.isEmpty, outcome.status != 0 { throw trouble("\(program) install", outcome) }
        if !broken.isEmpty { throw .scriptFailed(broken, output: outcome.output) }
        guard absent.isEmpty else { throw .notInstalled(absent, output: outcome.output) }
    }

    func remove(_ names: [String], progress: @Sendable (String) -> Void) async throws(PackageError) {
        let present = try await database.exactly(names)
        guard !present.isEmpty else { return }
        try await database.checkRemoval(of: present)
        progress("Removing \(present.joined(separator: ", ")) with \(program)")
        let outcome = try await run(["--setopt=clean_requirements_on_remove=0", "remove"] + present, progress)
        let left = try await database.exactly(names)
        guard left.isEmpty else { throw .stillInstalled(left, output: outcome.output) }
    }

    // MARK: - Repositories

    /// Written rather than added by `config-manager`, whose syntax differs between the generations, and which may be missing.
    private func repository(_ address: RepositoryAddress) -> RPMRepository {
        RPMRepository(address: address, directory: "/etc/yum.repos.d", commands: commands)
    }

    func files(of repository: RepositoryAddress) -> [String] {
        let files = self.repository(repository)
        return [files.keyPath, files.path]
    }

    func add(_ repository: PackageRepository, progress: @Sendable (String) -> Void) async throws(PackageError) {
        let key = try RepositoryCheck.key(of: repository)
        progress("Adding the repository \(repository.address.title)")
        try await self.repository(repository.address).write(key)
        let outcome = try await run(["--repo=\(repository.address.name)", "makecache", "--refresh"], progress)
        guard !isComplete(outcome) else { return }
        try await self.repository(repository.address).remove()
        throw trouble("\(program) makecache", outcome)
    }

    func removeRepository(
        _ address: RepositoryAddress,
        progress: @Sendable (String) -> Void
    ) async throws(PackageError) {
        try RepositoryCheck.address(address)
        try await repository(address).remove()
    }

    // MARK: - The program

    /// dnf4 waits for its lock for ever unless it is told not to.
    private var commonOptions: [String] {
        (generation == .four ? ["--setopt=exit_on_lock=1"] : [])
            + (commands.isOtherRoot ? ["--installroot=\(commands.root)"] : [])
    }

    private func run(
        _ arguments: [String],
        _ progress: (String) -> Void
    ) async throws(PackageError) -> PackageCommands.Outcome {
        try await commands.waiting(progress, for: holder) { () async throws(PackageError) in
            try await commands.change([program, "-y"] + commonOptions + arguments)
        }
    }

    // MARK: - What it says

    /// dnf4: status 200, and `RPMDB already locked by 4711`; dnf5, whose lock is rpm's:
    /// `Failed to obtain rpm transaction lock. Another transaction is in progress.`
    private func holder(_ outcome: PackageCommands.Outcome) -> String? {
        let isLocked = generation == .four && outcome.status == 200
        guard isLocked || (outcome.status != 0 && outcome.says("transaction lock")) else { return nil }
        let process = outcome.lines.lazy.compactMap { $0.after("already locked by ").flatMap { Int32($0) } }.first
        return process.map(HeldLock.describe) ?? "another program"
    }

    /// A repository that cannot be reached is left out, and the status is 0 all the same.
    private func isComplete(_ outcome: PackageCommands.Outcome) -> Bool {
        outcome.status == 0 && !outcome.says("Failed to download metadata", "Ignoring repositories")
    }

    private func trouble(_ command: String, _ outcome: PackageCommands.Outcome) -> PackageError {
        let unknown = outcome.lines.compactMap {
            $0.after("Unable to find a match: ") ?? $0.after("No match for argument: ")
        }
        if !unknown.isEmpty {
            return .unknownPackage(Set(unknown.flatMap { $0.split(separator: " ") }).sorted().map(String.init))
        }
        if outcome.says(
            "GPG check FAILED",
            "is not signed",
            "OpenPGP check",
            "not installed. Failing package",
            "Signature verification"
        ) {
            return .badSignature(command: command, output: outcome.output)
        }
        if outcome.says(
            "Failed to download",
            "Cannot download",
            "Curl error",
            "Could not resolve",
            "Couldn't resolve",
            "No more mirrors",
            "Cannot prepare internal mirrorlist"
        ) {
            return .unreachable(command: command, output: outcome.output)
        }
        return .failed(command: command, output: outcome.output)
    }
}
