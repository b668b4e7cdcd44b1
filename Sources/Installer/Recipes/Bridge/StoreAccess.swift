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

    private var directory: String { path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "." }
    /// The store, and what SQLite keeps beside it.
    private var files: [String] { ["", "-wal", "-shm", "-journal"].map { path + $0 } }

    /// What keeps the bridge out, or lets others in.
    func closed() throws(AtomicFileError) -> [Item] {
        var items: [Item] = []
        for path in [directory] + files {
            var status = stat()
            guard lstat(root + path, &status) == 0, status.st_mode & S_IFMT != S_IFLNK else { continue }
            let mode = status.st_mode & 0o7777
            if path == directory, !isUsualPlace {
                if mode & 0o005 == 0o005 { continue }
                if let item = item(path, mode, status.st_gid, wanted: (mode & ~0o020) | 0o050) { items.append(item) }
            } else {
                // The bridge reads; what another group could write is not what the bridge may.
                let wanted = (mode & ~0o077) | (path == directory ? 0o050 : 0o040)
                if let item = item(path, mode, status.st_gid, wanted: wanted) { items.append(item) }
            }
        }
        return items
    }

    /// What "diycloud-bridge init" will make: without the bridge it is root's alone.
    var made: [Item] {
        let directory = Item(path: directory, mode: 0o700, group: 0, wantedMode: 0o750)
        var status = stat()
        let isThere = lstat(root + directory.path, &status) == 0
        return (isThere ? [] : [directory]) + files.map { Item(path: $0, mode: 0o600, group: 0, wantedMode: 0o640) }
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

    private func item(_ path: String, _ mode: UInt32, _ gid: UInt32, wanted: UInt32) -> Item? {
        mode == wanted && gid == group ? nil : Item(path: path, mode: mode, group: gid, wantedMode: wanted)
    }

    private static func name(ofGroup gid: UInt32) -> String {
        var buffer = [CChar](repeating: 0, count: 1 << 14)
        var entry = Glibc.group()
        var found: UnsafeMutablePointer<Glibc.group>?
        guard getgrgid_r(gid, &entry, &buffer, buffer.count, &found) == 0, let found else { return "\(gid)" }
        return String(cString: found.pointee.gr_name)
    }
}
