import Glibc
import HostPrograms

/// Somebody's `~/notebooks`, read and written by a process that is nobody but that person.
///
/// So whatever stands there, and whatever its owner swaps while it is read, gives away nothing that they cannot read
/// anyhow, and overwrites nothing that they cannot write. (The tar may well be one that they have made up: at a restore
/// it is opened as them, too.)
struct Notebooks {
    let person: BackupPerson
    let trees: TreeArchive

    struct Saved {
        let entries: Int
        let skipped: [BackupManifest.Skipped]
    }

    /// Bytes of the files in it.
    func size() async throws(BackupError) -> Int64 {
        guard person.uid != 0 else { throw .notebooks(person.name, reason: "root has none") }
        let result: ProgramResult
        do {
            result = try await trees.programs.run(
                "setpriv",
                asPerson + ["sh", "-c", Self.sizeScript, "sh", person.home],
                input: "",
                timeLimit: .seconds(3600)
            )
        } catch {
            throw .notebooks(person.name, reason: error.description)
        }
        guard result.status == 0 else { throw .notebooks(person.name, reason: result.complaint) }
        return Int64(result.output.prefix { $0.isNumber }) ?? 0
    }

    func save(
        to file: String,
        work: String,
        compression: TreeArchive.Compression
    ) async throws(BackupError) -> Saved {
        try await asOwner { () async throws(BackupError) in
            try await trees.runWriting(
                file,
                ["setpriv"] + asPerson + ["sh", "-c", Self.saveScript, "sh", person.home, compression.rawValue],
                accepting: [0, 1]
            )
            let left = "\(work)/left"
            defer { unlink(left) }
            try await trees.runWriting(left, ["setpriv"] + asPerson + ["sh", "-c", Self.leftScript, "sh", person.home])
            // Read as its owner: it is they who may have made it.
            let listing = "\(work)/listing"
            defer { unlink(listing) }
            let words =
                ["setpriv"] + asPerson + ["tar", "--list", "--quoting-style=escape", "-I", compression.rawValue]
            try await runListing(words, from: file, to: listing)
            return Saved(entries: try lines(of: listing).count, skipped: try skipped(left))
        }
    }

    /// Puts a saved tar into a directory that is not there yet.
    func restore(_ file: String, to name: String, compression: TreeArchive.Compression) async throws(BackupError) {
        try await asOwner { () async throws(BackupError) in
            let words = ["sh", "-c", Self.restoreScript, "sh", person.home, name, compression.rawValue]
            try await trees.runReading(file, ["setpriv"] + asPerson + words)
        }
    }

    /// Their uid and gid, no other group, no way to more rights (setpriv(1)).
    private var asPerson: [String] {
        [
            "--reuid=\(person.uid)", "--regid=\(person.gid)", "--clear-groups", "--no-new-privs", "--inh-caps=-all",
            "--bounding-set=-all",
        ]
    }

    private static let sizeScript = """
        cd "$1" || exit 2
        [ ! -L notebooks ] && [ -d notebooks ] || { echo 'there is no directory notebooks in the home' >&2; exit 2; }
        { du -sxb notebooks 2>/dev/null || true; } | cut -f1
        """

    private static let saveScript = """
        cd "$1" && find notebooks -xdev \\( -type f -readable -o -type d -readable -executable -o -type l \\) -print0 2>/dev/null |
            tar --create --acls --xattrs --ignore-failed-read --no-recursion --null --verbatim-files-from -T - -I "$2" 2>/dev/null
        """

    /// Kind, NUL, path, NUL for all that ``saveScript`` leaves out.
    private static let leftScript = """
        cd "$1" && find notebooks -xdev ! -type l ! \\( -type f -readable \\) ! \\( -type d -readable -executable \\) \
        -printf '%y\\0%p\\0' 2>/dev/null; true
        """

    private static let restoreScript = """
        cd "$1" && mkdir -m 700 -- "$2" && cd "./$2" &&
            tar --extract --acls --xattrs --preserve-permissions --no-same-owner --strip-components=1 -I "$3"
        """

    private func asOwner<Value>(
        _ body: () async throws(BackupError) -> Value
    ) async throws(BackupError) -> Value {
        do {
            return try await body()
        } catch .program(_, let complaint) {
            throw .notebooks(person.name, reason: complaint)
        }
    }

    private func runListing(_ words: [String], from file: String, to listing: String) async throws(BackupError) {
        do { _ = try OpenFile(creating: listing) }
        let result: ProgramResult
        do {
            result = try await trees.programs.run(
                "sh",
                ["-c", #"in=$1; shift; exec "$@" <"$in" >"$0""#, listing, file] + words,
                input: "",
                timeLimit: TreeArchive.timeLimit
            )
        } catch {
            throw .program("tar", complaint: error.description)
        }
        guard result.status == 0 else { throw .program("tar", complaint: result.complaint) }
    }

    private func lines(of path: String) throws(BackupError) -> [[UInt8]] {
        try pieces(of: path, separator: UInt8(ascii: "\n"))
    }

    private func pieces(of path: String, separator: UInt8) throws(BackupError) -> [[UInt8]] {
        let file = try OpenFile(reading: path)
        let bytes = try file.read(Int(clamping: (try file.status()).st_size))
        return bytes.split(separator: separator).map(Array.init)
    }

    private func skipped(_ path: String) throws(BackupError) -> [BackupManifest.Skipped] {
        let fields = try pieces(of: path, separator: 0).map { String(decoding: $0, as: UTF8.self) }
        return stride(from: 0, to: fields.count - 1, by: 2).map { index in
            let reason =
                switch fields[index] {
                case "f": "its owner may not read it"
                case "d": "a directory that its owner may not read"
                case "p": "a pipe"
                case "s": "a socket"
                case "b", "c": "a device"
                default: "of no kind that can be saved"
                }
            return .init(path: "\(person.home)/\(Self.printable(fields[index + 1]))", reason: reason)
        }
    }

    /// A name that its owner chose is shown on an administrator's terminal.
    private static func printable(_ name: String) -> String {
        String(String.UnicodeScalarView(name.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? "?" : $0 }))
    }
}
