import GRDB
import Glibc

/// A copy of the store as it was before a run of changes, in a directory `backups` beside it (mode 0700, files 0600).
///
/// Named `users.db.20261123T142300.123Z.bak`. The newest ``kept`` of these are kept; other files in the directory are left alone.
struct StoreBackup {
    static let kept = 50

    let files: StoreFiles

    private var directory: String {
        files.path.prefix(through: files.path.lastIndex(of: "/") ?? files.path.startIndex) + "backups"
    }
    private var baseName: String { String(files.path.split(separator: "/").last ?? "users.db") }

    /// Copies the database by SQLite's backup API, which sees one committed state whatever other programs write.
    /// - Returns: the path of the copy.
    func make(from connection: DatabaseQueue) throws(StoreEditError) -> String {
        guard mkdir(directory, 0o700) == 0 || errno == EEXIST else { throw failed(directory, errno) }
        let path = "\(directory)/\(baseName).\(Self.timestamp()).bak"
        // Made by us and empty, so that it is never readable by others, not even while it grows.
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw failed(path, errno) }
        close(descriptor)
        do {
            var configuration = Configuration()
            configuration.foreignKeysEnabled = false
            let copy = try DatabaseQueue(path: path, configuration: configuration)
            try connection.backup(to: copy)
            try copy.close()
        } catch {
            unlink(path)
            throw .backupFailed(path: path, reason: "\(error)")
        }
        prune()
        return path
    }

    private func failed(_ path: String, _ code: Int32) -> StoreEditError {
        .backupFailed(path: path, reason: String(cString: strerror(code)))
    }

    /// UTC, to the millisecond, sorting as text.
    private static func timestamp() -> String {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        var parts = tm()
        gmtime_r(&now.tv_sec, &parts)
        func pad(_ number: Int, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let day = pad(Int(parts.tm_year) + 1900, 4) + pad(Int(parts.tm_mon) + 1, 2) + pad(Int(parts.tm_mday), 2)
        let time = pad(Int(parts.tm_hour), 2) + pad(Int(parts.tm_min), 2) + pad(Int(parts.tm_sec), 2)
        return "\(day)T\(time).\(pad(now.tv_nsec / 1_000_000, 3))Z"
    }

    private func prune() {
        guard let listing = opendir(directory) else { return }
        defer { closedir(listing) }
        var names: [String] = []
        while let entry = readdir(listing) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            // `<store>.` + 19 characters of time + `Z.bak`
            if name.hasPrefix(baseName + "."), name.hasSuffix("Z.bak"), name.utf8.count == baseName.utf8.count + 25 {
                names.append(name)
            }
        }
        for name in names.sorted().dropLast(Self.kept) { unlink("\(directory)/\(name)") }
    }
}
