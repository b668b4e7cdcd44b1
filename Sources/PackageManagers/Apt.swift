import Distributions
import Glibc

/// apt-get(8) and dpkg(1).
struct Apt: PackageManager {
    let commands: PackageCommands
    let kind = PackageManagerKind.apt

    // MARK: - Looking

    func installed(_ names: [String]) async throws(PackageError) -> Set<String> {
        try await states(of: names).installed
    }

    func all() async throws(PackageError) -> Set<String> {
        let format = #"${Package} ${db:Status-Status}\n"#
        let outcome = try await commands.look(["dpkg-query"] + databaseOptions + ["-W", "-f", format])
        let installed = outcome.lines.compactMap { line -> String? in
            let words = line.split(separator: " ")
            return words.count == 2 && words[1] == "installed" ? String(words[0]) : nil
        }
        return Set(installed)
    }

    /// What dpkg has in good order, and what it has in any state.
    private func states(of names: [String]) async throws(PackageError) -> (installed: Set<String>, present: Set<String>)
    {
        guard !names.isEmpty else { return ([], []) }
        try PackageName.check(names)
        // It fails when one is unknown, and tells of the others all the same.
        let outcome = try await commands.look(
            ["dpkg-query"] + databaseOptions + ["-W", "-f", #"${Package} ${db:Status-Status}\n"#, "--"] + names
        )
        var installed: Set<String> = []
        var present: Set<String> = []
        for line in outcome.lines {
            let words = line.split(separator: " ").map(String.init)
            guard words.count == 2, names.contains(words[0]) else { continue }
            if words[1] == "installed" { installed.insert(words[0]) }
            if words[1] != "not-installed", words[1] != "config-files" { present.insert(words[0]) }
        }
        return (installed, present)
    }

    /// A name has a candidate for installation, or it is none of a package.
    func available(_ names: [String]) async throws(PackageError) -> Set<String> {
        guard !names.isEmpty else { return [] }
        try PackageName.check(names)
        let outcome = try await commands.look(["apt-cache"] + rootOptions + ["policy", "--"] + names)
        var found: Set<String> = []
        var name: String?
        for line in outcome.lines {
            if !line.hasPrefix(" "), line.hasSuffix(":") { name = String(line.dropLast()) }
            if line.hasPrefix("  Candidate: "), !line.hasSuffix("(none)"), let name { found.insert(name) }
        }
        return found.intersection(names)
    }

    func consequence(ofInstalling names: [String]) async throws(PackageError) -> String? { nil }

    // MARK: - Changing

    func install(_ names: [String], progress: @Sendable (String) -> Void) async throws(PackageError) {
        let missing = try await absent(names)
        guard !missing.isEmpty else { return }
        try await repair(progress)
        try await refreshIfNeeded(for: missing, progress)
        progress("Installing \(missing.joined(separator: ", ")) with apt-get")
        var outcome = try await aptGet(["install", "--no-install-recommends", "--"] + missing, progress)
        if isUnreachable(outcome), try await !absent(names).isEmpty {
            // What the list says was replaced on the mirror by something newer.
            try await refresh(progress)
            outcome = try await aptGet(["install", "--no-install-recommends", "--"] + missing, progress)
        }
        try await prove(names, outcome, progress)
    }

    private func prove(
        _ names: [String],
        _ outcome: PackageCommands.Outcome,
        _ progress: (String) -> Void
    ) async throws(PackageError) {
        let states = try await states(of: names)
        let missing = names.filter { !states.installed.contains($0) }
        guard !missing.isEmpty else {
            if outcome.status != 0 {
                progress(
                    "apt-get complains of something else: \(Self.complaint(in: outcome) ?? "status \(outcome.status)")"
                )
            }
            return
        }
        let halfway = missing.filter { states.present.contains($0) }
        if !halfway.isEmpty { throw .scriptFailed(halfway, output: outcome.output) }
        if outcome.says("Unable to locate package", "has no installation candidate") { throw .unknownPackage(missing) }
        if isUntrusted(outcome) { throw .badSignature(command: "apt-get install", output: outcome.output) }
        if isUnreachable(outcome) { throw .unreachable(command: "apt-get install", output: outcome.output) }
        guard outcome.status == 0 else { throw .failed(command: "apt-get install", output: outcome.output) }
        throw .notInstalled(missing, output: outcome.output)
    }

    func remove(_ names: [String], progress: @Sendable (String) -> Void) async throws(PackageError) {
        let present = try await states(of: names).present.sorted()
        guard !present.isEmpty else { return }
        try await repair(progress)
        let plan = try await commands.look(["apt-get"] + rootOptions + ["-s", "remove", "--"] + present)
        let others = plan.lines.filter { $0.hasPrefix("Remv ") }.compactMap {
            $0.split(separator: " ").dropFirst().first
        }
        .map { String($0.prefix { $0 != ":" }) }.filter { !present.contains($0) }
        guard others.isEmpty else { throw .neededBy(present, others: others) }
        progress("Removing \(present.joined(separator: ", ")) with apt-get")
        let outcome = try await aptGet(["remove", "--"] + present, progress)
        let left = try await states(of: names).present.sorted()
        guard left.isEmpty else { throw .stillInstalled(left, output: outcome.output) }
    }

    private func absent(_ names: [String]) async throws(PackageError) -> [String] {
        let there = try await installed(names)
        return names.filter { !there.contains($0) }
    }

    /// An installation that was cut off makes every later one fail until it is finished: dpkg(1), `--configure -a`.
    private func repair(_ progress: @Sendable (String) -> Void) async throws(PackageError) {
        var said = false
        _ = try await commands.waiting(progress, for: Self.holder) { () async throws(PackageError) in
            guard try await isInterrupted() else { return PackageCommands.Outcome(status: 0, output: "") }
            if !said {
                progress("An earlier installation was interrupted or failed: finishing it (dpkg --configure -a)")
            }
            said = true
            // What still fails is named when our own packages are looked at.
            return try await commands.change(
                ["env"] + Self.environment + ["dpkg"] + dpkgOptions + [
                    "--force-confdef", "--force-confold", "--configure", "-a",
                ]
            )
        }
    }

    private func isInterrupted() async throws(PackageError) -> Bool {
        if try await !commands.look(["dpkg"] + databaseOptions + ["--audit"]).lines.isEmpty { return true }
        // dpkg's journal: files with numbers as names.
        guard let directory = opendir(commands.path("/var/lib/dpkg/updates")) else { return false }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(UInt8(bitPattern: entry.pointee.d_name.0)) {
                return true
            }
        }
        return false
    }

    // MARK: - Lists

    /// Only when a name is not known, or the lists are older than a day: a mirror keeps what was current for about that long.
    private func refreshIfNeeded(
        for names: [String],
        _ progress: @Sendable (String) -> Void
    ) async throws(PackageError) {
        var known = try await available(names)
        guard known.count < Set(names).count || areListsStale else { return }
        let outcome = try await refresh(progress)
        known = try await available(names)
        let unknown = names.filter { !known.contains($0) }
        guard !unknown.isEmpty else { return }
        if isUntrusted(outcome) { throw .badSignature(command: "apt-get update", output: outcome.output) }
        if isUnreachable(outcome) || outcome.status != 0 {
            throw .unreachable(command: "apt-get update", output: outcome.output)
        }
        throw .unknownPackage(unknown)
    }

    private var areListsStale: Bool {
        var directory = stat()
        guard stat(commands.path("/var/lib/apt/lists"), &directory) == 0 else { return true }
        return time(nil) - directory.st_mtim.tv_sec > 86_400
    }

    @discardableResult
    private func refresh(_ progress: @Sendable (String) -> Void) async throws(PackageError) -> PackageCommands.Outcome {
        progress("Fetching the lists of packages (apt-get update)")
        let outcome = try await aptGet(["update"], progress)
        if outcome.status != 0 || isUnreachable(outcome) {
            progress("Not every list could be fetched: \(Self.complaint(in: outcome) ?? "status \(outcome.status)")")
        }
        return outcome
    }

    // MARK: - Repositories

    func files(of repository: RepositoryAddress) -> [String] {
        ["/etc/apt/keyrings/\(repository.name).asc", "/etc/apt/sources.list.d/\(repository.name).sources"]
    }

    func add(_ repository: PackageRepository, progress: @Sendable (String) -> Void) async throws(PackageError) {
        let key = try RepositoryCheck.key(of: repository)
        let address = repository.address
        let files = files(of: address)
        var lines = ["# \(address.title)", "Types: deb", "URIs: \(address.url)"]
        // sources.list(5): a suite that ends with a slash is a path, and has no components.
        lines.append("Suites: \(address.suite ?? "./")")
        if address.suite != nil { lines.append("Components: \(address.components.joined(separator: " "))") }
        lines.append("Signed-By: \(commands.path(files[0]))")
        progress("Adding the repository \(address.title)")
        try RepositoryFile.write(Array(key.armored.utf8), to: commands.path(files[0]))
        try RepositoryFile.write(Array((lines.joined(separator: "\n") + "\n").utf8), to: commands.path(files[1]))
        let outcome = try await refresh(progress)
        guard let error = trouble(outcome, with: address) else { return }
        // Left there, it would make every later `apt-get update` fail.
        try await removeRepository(address, progress: progress)
        throw error
    }

    private func trouble(_ outcome: PackageCommands.Outcome, with address: RepositoryAddress) -> PackageError? {
        if outcome.says("Conflicting values set for option Signed-By") {
            return .repositoryRefused(
                address.name,
                reason: """
                    another file below /etc/apt already names \(address.url) with another key; remove that file first
                    """
            )
        }
        let host = address.url.split(separator: "/").dropFirst().first.map(String.init) ?? address.url
        let lines = outcome.lines.filter {
            ($0.hasPrefix("E:") || $0.hasPrefix("W:")) && ($0.contains(address.url) || $0.contains(host))
        }
        guard !lines.isEmpty else { return nil }
        let text = lines.joined(separator: "\n")
        return isUntrusted(outcome)
            ? .badSignature(command: "apt-get update", output: text)
            : .unreachable(command: "apt-get update", output: text)
    }

    func removeRepository(
        _ address: RepositoryAddress,
        progress: @Sendable (String) -> Void
    ) async throws(PackageError) {
        try RepositoryCheck.address(address)
        for file in files(of: address).reversed() { try RepositoryFile.remove(commands.path(file)) }
    }

    // MARK: - The programs

    /// Nothing may ask; changed configuration stays the administrator's.
    private func aptGet(
        _ arguments: [String],
        _ progress: @Sendable (String) -> Void
    ) async throws(PackageError) -> PackageCommands.Outcome {
        var tries = 0
        return try await commands.waiting(progress, for: Self.holder) { () async throws(PackageError) in
            // The first time it says at once who holds it; then apt itself takes it as soon as it is free.
            let timeout = tries == 0 ? 0 : 10
            tries += 1
            return try await commands.change(
                ["env"] + Self.environment + ["apt-get"] + rootOptions + [
                    "-y", "-q", "-o", "DPkg::Lock::Timeout=\(timeout)", "-o", "Dpkg::Use-Pty=0",
                    "-o", "Dpkg::Options::=--force-confdef", "-o", "Dpkg::Options::=--force-confold",
                ] + arguments
            )
        }
    }

    /// needrestart would restart services by itself, or ask.
    private static let environment = [
        "DEBIAN_FRONTEND=noninteractive", "DEBCONF_NOWARNINGS=yes", "NEEDRESTART_SUSPEND=1",
        "APT_LISTCHANGES_FRONTEND=none",
    ]

    /// apt.conf(5); dpkg runs the scripts within the root.
    private var rootOptions: [String] {
        guard commands.isOtherRoot else { return [] }
        let root = commands.root
        return [
            "-o", "Dir=\(root)", "-o", "Dir::State::status=\(root)/var/lib/dpkg/status",
            "-o", "Dir::Bin::methods=/usr/lib/apt/methods", "-o", "Dir::Bin::dpkg=/usr/bin/dpkg",
            "-o", "DPkg::Options::=--root=\(root)",
        ]
    }
    private var dpkgOptions: [String] { commands.isOtherRoot ? ["--root=\(commands.root)"] : [] }
    private var databaseOptions: [String] {
        commands.isOtherRoot ? ["--admindir=\(commands.root)/var/lib/dpkg"] : []
    }

    // MARK: - What they say

    /// `E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 4711 (unattended-upgr)`; of dpkg:
    /// `dpkg: error: dpkg frontend lock was locked by another process with pid 4711`.
    private static func holder(_ outcome: PackageCommands.Outcome) -> String? {
        guard outcome.status != 0 else { return nil }
        for line in outcome.lines {
            if let words = line.after("It is held by process ") {
                let parts = words.split(separator: " ", maxSplits: 1)
                guard let process = parts.first, parts.count == 2 else { return "process \(words)" }
                return "\(parts[1].filter { $0 != "(" && $0 != ")" }) (process \(process))"
            }
            if let process = line.after("locked by another process with pid ").flatMap({ Int32($0) }) {
                return HeldLock.describe(process)
            }
        }
        return outcome.says(
            "Could not get lock",
            "Unable to acquire the dpkg frontend lock",
            "is locked by another process"
        )
            ? "another program" : nil
    }

    private func isUnreachable(_ outcome: PackageCommands.Outcome) -> Bool {
        outcome.says(
            "Failed to fetch",
            "Unable to fetch",
            "Temporary failure resolving",
            "Could not resolve",
            "Could not connect",
            "does not have a Release file",
            "no longer has a Release file",
            "Some index files failed to download"
        )
    }

    private func isUntrusted(_ outcome: PackageCommands.Outcome) -> Bool {
        outcome.says(
            "is not signed",
            "NO_PUBKEY",
            "BADSIG",
            "EXPKEYSIG",
            "cannot be authenticated",
            "couldn't be verified"
        )
    }

    private static func complaint(in outcome: PackageCommands.Outcome) -> String? {
        (outcome.lines.last { $0.hasPrefix("E: ") } ?? outcome.lines.last { $0.hasPrefix("W: ") }).map {
            String($0.dropFirst(3))
        }
    }
}
