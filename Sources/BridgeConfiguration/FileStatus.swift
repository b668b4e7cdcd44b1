import CPrivilege
import Glibc

/// What somebody may do with a file, in the bits of one class of its mode.
struct FileRights: OptionSet {
    let rawValue: mode_t

    static let read = FileRights(rawValue: 4)
    static let write = FileRights(rawValue: 2)
    /// To reach what is in a directory.
    static let pass = FileRights(rawValue: 1)
}

/// What decides who may use a file.
struct FileStatus: Equatable {
    var owner: uid_t
    var group: gid_t
    /// Permission bits without the file's type.
    var mode: mode_t
    var isDirectory = false
    /// The file has an access control list (acl(5)): then the bits alone do not say who may use it.
    var hasAccessList = false
}

extension FileStatus {
    /// Looks at a file, through symbolic links.
    /// - Returns: `nil` when nothing is there, or when it cannot be seen.
    init?(of path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(
            owner: status.st_uid,
            group: status.st_gid,
            mode: status.st_mode & 0o7777,
            isDirectory: status.st_mode & S_IFMT == S_IFDIR,
            hasAccessList: cprivilege_has_access_list(path)
        )
    }
}
