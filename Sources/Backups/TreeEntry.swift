import Glibc

/// What one name in a tree is.
struct TreeEntry: Hashable {
    enum Kind: Hashable {
        case directory
        case file(size: Int64)
        case link(to: String)
        /// A pipe, a socket, a device.
        case other(String)
    }

    /// Relative to the tree; "." is the tree itself.
    let path: String
    let kind: Kind
    let mode: UInt32
    let uid: UInt32
    let gid: UInt32

    init(path: String, status: stat, target: @autoclosure () -> String) {
        self.path = path
        mode = status.st_mode & 0o7777
        uid = status.st_uid
        gid = status.st_gid
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFDIR: .directory
            case S_IFREG: .file(size: Int64(status.st_size))
            case S_IFLNK: .link(to: target())
            case S_IFIFO: .other("a pipe")
            case S_IFSOCK: .other("a socket")
            default: .other("a device")
            }
    }

    /// The same under another path.
    init(_ entry: TreeEntry, path: String) {
        self.path = path
        kind = entry.kind
        mode = entry.mode
        uid = entry.uid
        gid = entry.gid
    }

    var size: Int64 { if case .file(let size) = kind { size } else { 0 } }
}
