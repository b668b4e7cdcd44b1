import Glibc

/// A mark of the account files of this host that differs after each change of them.
///
/// The files are only looked at from outside (stat(2)); that needs no right to read `/etc/shadow`.
public struct AccountFiles: Sendable, Equatable {
    private struct Mark: Sendable, Equatable {
        let inode: UInt64
        let size: Int64
        let seconds: Int
        let nanoseconds: Int
    }

    private let marks: [Mark?]

    /// The mark of now.
    /// - Parameter directory: where the files are; `/etc` on a real host.
    public static func now(in directory: String = "/etc") -> AccountFiles {
        AccountFiles(
            marks: ["passwd", "shadow", "group"].map { name in
                var status = stat()
                guard stat("\(directory)/\(name)", &status) == 0 else { return nil }
                return Mark(
                    inode: UInt64(status.st_ino),
                    size: Int64(status.st_size),
                    seconds: status.st_mtim.tv_sec,
                    nanoseconds: status.st_mtim.tv_nsec
                )
            }
        )
    }
}
