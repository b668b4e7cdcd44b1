import Glibc

/// Where one repair puts the originals: `DIRECTORY/20261124-001500-damaged-fstab/etc/fstab`, and beside them `ORIGINALS`, which
/// says what a copy cannot: mode, owner, group, and where a link led.
final class SavedOriginals {
    private let host: LegacyHost
    private let directory: String
    private let id: String
    private var place: String?
    private var saved: Set<String> = []

    init(host: LegacyHost, directory: String, id: String) {
        self.host = host
        self.directory = directory
        self.id = id
    }

    /// Copies a file (0600), or notes a link; of a file whose mode alone is to change, only its mode and owner are noted.
    func save(_ path: String, content: Bool = true) throws(LegacyRepairError) {
        guard saved.insert(path).inserted else { return }
        guard let status = host.status(path) else { throw .notSaved(path: path, reason: "it is gone") }
        let place = try ready(for: path)
        var note = "\(String(status.st_mode & 0o7777, radix: 8)) \(status.st_uid):\(status.st_gid) \(path)"
        switch status.st_mode & S_IFMT {
        case S_IFLNK: note = "link \(status.st_uid):\(status.st_gid) \(path) -> \(host.target(ofLink: path) ?? "?")"
        case S_IFREG where content:
            do throws(Unseen) {
                guard let bytes = try host.bytes(path) else { throw Unseen("it is gone") }
                try makeDirectories(of: path, in: place)
                try write(bytes, to: place + path, O_EXCL)
            } catch {
                throw .notSaved(path: path, reason: error.reason)
            }
        default: break
        }
        do throws(Unseen) {
            try write(Array((note + "\n").utf8), to: "\(place)/ORIGINALS", O_APPEND)
        } catch {
            throw .notSaved(path: path, reason: error.reason)
        }
    }

    /// Where the originals are; nil when none was saved.
    var location: String? { place }

    /// The directory of this repair, made when first needed; two repairs of one second do not share one.
    private func ready(for path: String) throws(LegacyRepairError) -> String {
        if let place { return place }
        var above = directory.hasPrefix("/") ? "" : "."
        for name in directory.split(separator: "/") {
            above += "/\(name)"
            guard Self.makeDirectory(above) else {
                throw .notSaved(path: path, reason: "\(above): \(String(cString: strerror(errno)))")
            }
        }
        let name = "\(directory)/\(Self.stamp())-\(id)"
        for candidate in [name] + (2...99).map({ "\(name)-\($0)" }) where mkdir(candidate, 0o700) == 0 {
            place = candidate
            return candidate
        }
        throw .notSaved(path: path, reason: "\(name): \(String(cString: strerror(errno)))")
    }

    private func makeDirectories(of path: String, in place: String) throws(Unseen) {
        var directory = place
        for name in path.split(separator: "/").dropLast() {
            directory += "/\(name)"
            guard Self.makeDirectory(directory) else { throw Unseen(path: directory, errno: errno) }
        }
    }

    private static func makeDirectory(_ path: String) -> Bool { mkdir(path, 0o700) == 0 || errno == EEXIST }

    private func write(_ bytes: [UInt8], to path: String, _ flag: Int32) throws(Unseen) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC | flag, 0o600)
        guard descriptor >= 0 else { throw Unseen(path: path, errno: errno) }
        defer { close(descriptor) }
        let code = WholeWrite.write(bytes, to: descriptor)
        guard code == 0 else { throw Unseen(path: path, errno: code) }
    }

    /// UTC: "20260131-120000"
    private static func stamp() -> String {
        var now = time(nil)
        var parts = tm()
        gmtime_r(&now, &parts)
        func digits(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return digits(parts.tm_year + 1900) + digits(parts.tm_mon + 1) + digits(parts.tm_mday) + "-"
            + digits(parts.tm_hour) + digits(parts.tm_min) + digits(parts.tm_sec)
    }
}

/// Writes bytes to their end, and to the disk.
enum WholeWrite {
    /// - Returns: 0, or an errno.
    static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return errno }
            rest = rest.dropFirst(count)
        }
        return fsync(descriptor) == 0 ? 0 : errno
    }
}
