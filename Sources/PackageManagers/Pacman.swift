import Distributions
import Glibc

/// pacman(8).
///
/// Arch supports whole upgrades only: a newer list (`-Sy`) with a few packages from it can leave libraries that do not fit.
/// So a list is never refreshed by itself here.
struct Pacman: PackageManager {
    /// Whether `-Syu` may be taken when the lists do not know a package.
    let upgradesAll: Bool
    let commands: PackageCommands
    let kind = PackageManagerKind.pacman

    // MARK: - Looking

    func installed(_ names: [String]) async throws(PackageError) -> Set<String> {
        try PackageName.check(names)
        var found: Set<String> = []
        for name in names where try await commands.look(pacman(["-Q", "--", name])).status == 0 { found.insert(name) }
        return found
    }

    func all() async throws(PackageError) -> Set<String> {
        Set(try await commands.look(pacman(["-Qq"])).lines.map(String.init))
    }

    /// `--print` neither locks nor fetches anything; it knows what packages provide, too.
    func available(_ names: [String]) async throws(PackageError) -> Set<String> {
        try PackageName.check(names)
        var found: Set<String> = []
        for name in names {
            let outcome = try await commands.look(pacman(["-Sddp", "--noconfirm", "--print-format", "%n", "--", name]))
            if outcome.status == 0 { found.insert(name) }
        }
        return found
    }

    func consequence(ofInstalling names: [String]) async throws(PackageError) -> String? {
        let there = try await installed(names)
        let missing = names.filter { !there.contains($0) }
        let known = try await available(missing)
        let unknown = missing.filter { !known.contains($0) }
        guard upgradesAll, !unknown.isEmpty else { return nil }
        return """
            The whole system is upgraded (pacman -Syu), as its lists do not know \(unknown.joined(separator: ", ")), and Arch \
            supports no other way to newer ones.
            """
    }

    // MARK: - Changing

    func install(_ names: [String], progress: @Sendable (String) -> Void) async throws(PackageError) {
        let there = try await installed(names)
        let missing = names.filter { !there.contains($0) }
        guard !missing.isEmpty else { return }
        let known = try await available(missing)
        let unknown = missing.filter { !known.contains($0) }
        let outcome: PackageCommands.Outcome
        if unknown.isEmpty {
            progress("Installing \(missing.joined(separator: ", ")) with pacman")
            outcome = try await run(["-S", "--needed", "--"] + missing, progress)
        } else if upgradesAll {
            progress("Upgrading the whole system (pacman -Syu), and installing \(missing.joined(separator: ", "))")
            outcome = try await run(["-Syu", "--needed", "--"] + missing, progress)
        } else {
            throw areListsStale ? .needsFullUpgrade(unknown) : .unknownPackage(unknown)
        }
        try await prove(names, attempted: missing, outcome)
    }

    private func prove(
        _ names: [String],
        attempted: [String],
        _ outcome: PackageCommands.Outcome
    ) async throws(PackageError) {
        let now = try await installed(names)
        let absent = names.filter { !now.contains($0) }
        guard !absent.isEmpty else {
            // alpm says so of a script's and a hook's failure, and goes on: libalpm's util.c, _alpm_run_chroot.
            if outcome.says("command failed to execute correctly", "scriptlet failed") {
                throw .scriptFailed(attempted, output: outcome.output)
            }
            return
        }
        let unknown = outcome.lines.compactMap { $0.after("target not found: ").map(String.init) }
        if !unknown.isEmpty { throw .unknownPackage(unknown) }
        if outcome.says(
            "invalid or corrupted package",
            "is unknown trust",
            "is marginal trust",
            "PGP signature",
            "invalid or corrupted database"
        ) {
            throw .badSignature(command: "pacman -S", output: outcome.output)
        }
        // What the list names was replaced on the mirrors.
        if outcome.says("The requested URL returned error: 404"), !upgradesAll { throw .needsFullUpgrade(absent) }
        if outcome.says(
            "failed retrieving file",
            "failed to retrieve",
            "Could not resolve host",
            "failed to synchronize"
        ) {
            throw .unreachable(command: "pacman -S", output: outcome.output)
        }
        guard outcome.status == 0 else { throw .failed(command: "pacman -S", output: outcome.output) }
        throw .notInstalled(absent, output: outcome.output)
    }

    func remove(_ names: [String], progress: @Sendable (String) -> Void) async throws(PackageError) {
        let present = try await exactly(names)
        guard !present.isEmpty else { return }
        progress("Removing \(present.joined(separator: ", ")) with pacman")
        let outcome = try await run(["-R", "--"] + present, progress)
        let left = try await exactly(names)
        guard !left.isEmpty else { return }
        // `:: removing nginx breaks dependency 'nginx' required by nginx-mod-brotli`
        let others = outcome.lines.compactMap { $0.after("required by ").map(String.init) }
        guard others.isEmpty else { throw .neededBy(left, others: others) }
        throw .stillInstalled(left, output: outcome.output)
    }

    /// Those that a package is really called: `-Q` finds what provides a name, too.
    private func exactly(_ names: [String]) async throws(PackageError) -> [String] {
        try PackageName.check(names)
        var found: [String] = []
        for name in names {
            let outcome = try await commands.look(pacman(["-Qq", "--", name]))
            if outcome.status == 0, outcome.lines.first.map(String.init) == name { found.append(name) }
        }
        return found
    }

    // MARK: - Repositories

    func files(of repository: RepositoryAddress) -> [String] { [] }

    func add(_ repository: PackageRepository, progress: @Sendable (String) -> Void) async throws(PackageError) {
        throw .repositoryRefused(
            repository.address.name,
            reason: "pacman's repositories are an administrator's to add, in /etc/pacman.conf; nothing here needs one"
        )
    }

    func removeRepository(
        _ address: RepositoryAddress,
        progress: @Sendable (String) -> Void
    ) async throws(PackageError) {}

    // MARK: - The program

    private func pacman(_ arguments: [String]) -> [String] {
        guard commands.isOtherRoot else { return ["pacman"] + arguments }
        let root = commands.root
        return [
            "pacman", "--config", "\(root)/etc/pacman.conf", "--root", root, "--dbpath", "\(root)/var/lib/pacman",
            "--cachedir", "\(root)/var/cache/pacman/pkg", "--logfile", "\(root)/var/log/pacman.log",
            "--gpgdir", "\(root)/etc/pacman.d/gnupg", "--hookdir", "\(root)/etc/pacman.d/hooks",
        ] + arguments
    }

    private func run(
        _ arguments: [String],
        _ progress: @Sendable (String) -> Void
    ) async throws(PackageError) -> PackageCommands.Outcome {
        try await commands.waiting(progress, for: holder) { () async throws(PackageError) in
            let outcome = try await commands.change(pacman(["--noconfirm"] + arguments))
            guard isLocked(outcome), lockHolders.isEmpty else { return outcome }
            // A pacman that was killed leaves its lock behind, and no later one ever waits for it.
            if access(lockPath, F_OK) == 0 {
                progress("Removing the lock of a pacman that is gone (\(lockPath))")
                try RepositoryFile.remove(lockPath)
            }
            return try await commands.change(pacman(["--noconfirm"] + arguments))
        }
    }

    // MARK: - Its lock

    private var lockPath: String { commands.path("/var/lib/pacman/db.lck") }

    private func isLocked(_ outcome: PackageCommands.Outcome) -> Bool {
        outcome.status != 0 && outcome.says("unable to lock database", "could not lock database")
    }

    /// Whoever works on the database has its lock open (libalpm's handle.c); a script may have made it and be running pacman.
    private var lockHolders: [Int32] {
        let open = HeldLock.holders(of: lockPath)
        return open.isEmpty
            ? HeldLock.running(["pacman", "pamac", "pamac-daemon", "packagekitd", "yay", "paru"]) : open
    }

    private func holder(_ outcome: PackageCommands.Outcome) -> String? {
        guard isLocked(outcome) else { return nil }
        return lockHolders.first.map(HeldLock.describe) ?? "another program"
    }

    /// Lists of more than a day, or none.
    private var areListsStale: Bool {
        guard let directory = opendir(commands.path("/var/lib/pacman/sync")) else { return true }
        defer { closedir(directory) }
        var newest = 0
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            var file = stat()
            guard name.hasSuffix(".db"), stat(commands.path("/var/lib/pacman/sync/\(name)"), &file) == 0 else {
                continue
            }
            newest = max(newest, file.st_mtim.tv_sec)
        }
        return time(nil) - newest > 86_400
    }
}
