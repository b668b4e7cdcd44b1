import AtomicFiles
import Glibc

/// Who may read a user store: its owner, and the group of the bridge.
struct StoreAccess {
    /// A directory or file as it was found.
    struct Item: Equatable, CustomStringConvertible {
        let path: String
        let mode: UInt32
        let group: UInt32
        let wantedMode: UInt32

        var description: String {
            "\(path): now 0\(String(mode, radix: 8)) of group \(StoreAccess.name(ofGroup: group)), then 0\(String(wantedMode, radix: 8))"
        }
    }

    let path: String
    let root: String
    /// The bridge's; nil when it is not there yet.
    let group: UInt32?
    /// Whether its directory is the platform's, in which nothing but the store is. Another one may be everybody's.
    let isUsualPlace: Bool

    /// The directories on the way, the outermost first; the last one is the store's own.
    private var directories: [String] {
        var directories: [String] = []
        var current = path[...]
        while let slash = current.lastIndex(of: "/"), slash > current.startIndex {
            current = current[..<slash]
            directories.append(String(current))
        }
        return directories.reversed()
    }

    /// The store, and what SQLite keeps beside it.
    private var files: [String] { ["", "-wal", "-shm", "-journal"].map { path + $0 } }

    /// What keeps the bridge out, or lets others in.
    func closed() throws(AtomicFileError) -> [Item] {
        var items: [Item] = []
        let directories = directories
        for path in directories + files {
            var status = stat()
            guard lstat(root + path, &status) == 0, status.st_mode & S_IFMT != S_IFLNK else { continue }
            let mode = status.st_mode & 0o7777
            let isOwn = path == directories.last
            // The bridge reads; what another group could write is not what the bridge may.
            let wanted: UInt32? =
                if files.contains(path) {
                    (mode & ~0o077) | 0o040
                } else if isOwn, isUsualPlace {
                    (mode & ~0o077) | 0o050
                } else {
                    Self.passed(mode, isOurs: status.st_gid == group, bits: isOwn ? 0o5 : 0o1)
                }
            guard let wanted, wanted != mode || status.st_gid != group else { continue }
            items.append(Item(path: path, mode: mode, group: status.st_gid, wantedMode: wanted))
        }
        return items
    }

    /// What "diycloud-bridge init" will make: without the bridge it is root's alone.
    var made: [Item] {
        let missing = directories.filter { access(root + $0, F_OK) != 0 }
        return missing.map { Item(path: $0, mode: 0o700, group: 0, wantedMode: 0o750) }
            + files.map { Item(path: $0, mode: 0o600, group: 0, wantedMode: 0o640) }
    }

    /// Gives the group what ``closed()`` finds. Never through a link: whoever may write the directory could put one there meanwhile.
    func open(to group: UInt32) throws(AtomicFileError) {
        for item in try closed() {
            let descriptor = Glibc.open(root + item.path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
            if descriptor < 0, errno == ENOENT { continue }
            guard descriptor >= 0 else { throw .system(path: item.path, action: "opened", errno: errno) }
            defer { close(descriptor) }
            guard fchown(descriptor, UInt32.max, group) == 0, fchmod(descriptor, item.wantedMode) == 0 else {
                throw .system(path: item.path, action: "given to the bridge's group", errno: errno)
            }
        }
    }

    /// Who may pass a directory already, may: only one that is closed to the bridge is opened, and to nobody but it.
    /// - Returns: its new mode; nil when it stays as it is.
    private static func passed(_ mode: UInt32, isOurs: Bool, bits: UInt32) -> UInt32? {
        let isOpen = mode & bits == bits || (isOurs && mode & (bits << 3) == bits << 3)
        return isOpen ? nil : (mode & ~0o020) | bits << 3
    }

    private static func name(ofGroup gid: UInt32) -> String {
        var buffer = [CChar](repeating: 0, count: 1 << 14)
        var entry = Glibc.group()
        var found: UnsafeMutablePointer<Glibc.group>?
        guard getgrgid_r(gid, &entry, &buffer, buffer.count, &found) == 0, let found else { return "\(gid)" }
        return String(cString: found.pointee.gr_name)
    }
}
