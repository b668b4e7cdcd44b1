import HostPrograms

/// Makes and opens the tars inside of a backup with the system's own tar (GNU tar; every supported distribution has it).
struct TreeArchive {
    /// How a tar is made small: zstd where it is, else gzip, which is everywhere.
    enum Compression: String, CaseIterable {
        case zstd, gzip

        var ending: String { self == .zstd ? ".tar.zst" : ".tar.gz" }

        init?(ending member: String) {
            guard let found = Self.allCases.first(where: { member.hasSuffix($0.ending) }) else { return nil }
            self = found
        }
    }

    let programs: any HostPrograms

    /// As long as a large home may take.
    static let timeLimit: Duration = .seconds(24 * 3600)

    var compression: Compression { programs.has("zstd") ? .zstd : .gzip }

    /// Saves the named entries of a tree, and nothing below directories that is not named.
    /// - Parameter list: a file of names, relative to `root`, each ended by a NUL.
    func make(_ file: String, of root: String, list: String, compression: Compression) async throws(BackupError) {
        _ = try await run(
            ["tar", "--create", "--acls", "--xattrs", "--hard-dereference", "--no-recursion", "-C", root]
                + ["--null", "--verbatim-files-from", "-T", list, "-I", compression.rawValue, "-f", file],
            accepting: [0, 1]
        )
    }

    /// Puts everything into an empty directory that nobody else can enter. Device nodes cannot be made meanwhile.
    func open(_ file: String, in directory: String, compression: Compression) async throws(BackupError) {
        try needs(compression)
        _ = try await run(
            ["setpriv", "--bounding-set=-mknod", "--inh-caps=-mknod", "tar", "--extract", "--acls", "--xattrs"]
                + ["--preserve-permissions", "--same-owner", "-C", directory, "-I", compression.rawValue, "-f", file],
            accepting: [0]
        )
    }

    /// Reads it to its end and lists it, one line an entry: type and mode, owner, size, date, time, name.
    /// - Parameter listing: a file that is made for it.
    func list(_ file: String, to listing: String, compression: Compression) async throws(BackupError) {
        try needs(compression)
        let words =
            ["tar", "--list", "--verbose", "--numeric-owner", "--absolute-names", "--quoting-style=escape"]
            + ["-I", compression.rawValue, "-f", file]
        try await runWriting(listing, words)
    }

    /// Runs a program whose output is the content of a new file.
    func runWriting(_ output: String, _ words: [String], accepting good: Set<Int32> = [0]) async throws(BackupError) {
        do { _ = try OpenFile(creating: output) }
        try await runInShell(#"exec "$@" >"$0""#, output, words, accepting: good)
    }

    /// Runs a program that reads a file on its standard input.
    func runReading(_ input: String, _ words: [String]) async throws(BackupError) {
        try await runInShell(#"exec "$@" <"$0""#, input, words, accepting: [0])
    }

    /// The script is a constant; names are its arguments, never text in it.
    private func runInShell(
        _ script: String,
        _ file: String,
        _ words: [String],
        accepting good: Set<Int32>
    ) async throws(BackupError) {
        let result: ProgramResult
        do {
            result = try await programs.run(
                "sh",
                ["-c", "umask 077; " + script, file] + words,
                input: "",
                timeLimit: Self.timeLimit
            )
        } catch {
            throw .program(words.first ?? "sh", complaint: error.description)
        }
        guard good.contains(result.status) else {
            throw .program(words.first { !$0.hasPrefix("-") } ?? "sh", complaint: result.complaint)
        }
    }

    private func needs(_ compression: Compression) throws(BackupError) {
        guard programs.has(compression.rawValue) else {
            throw .program(compression.rawValue, complaint: "it is not installed, and the backup was made with it")
        }
    }

    private func run(_ words: [String], accepting good: Set<Int32>) async throws(BackupError) -> ProgramResult {
        guard let name = words.first else { return ProgramResult(status: 0) }
        let result: ProgramResult
        do {
            result = try await programs.run(name, Array(words.dropFirst()), input: "", timeLimit: Self.timeLimit)
        } catch {
            throw .program(name, complaint: error.description)
        }
        guard good.contains(result.status) else { throw .program("tar", complaint: result.complaint) }
        return result
    }
}
