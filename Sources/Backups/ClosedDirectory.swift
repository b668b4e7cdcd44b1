import Foundation
import Glibc

/// Directories that only their maker can enter.
enum ClosedDirectory {
    /// An empty one of mode 0700; what an earlier run of the same owner left there is removed.
    static func make(_ path: String) throws(BackupError) {
        if mkdir(path, 0o700) == 0 { return }
        guard errno == EEXIST else { throw .system(path, "cannot be made") }
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid() else {
            throw .unsafePlace(path, reason: "something of that name is there, and it is not ours")
        }
        remove(path)
        guard mkdir(path, 0o700) == 0 else { throw .system(path, "cannot be made") }
    }

    /// A new one in a directory where others may write, too.
    static func make(in parent: String) throws(BackupError) -> String {
        var template = Array("\(parent)/diycloud-restore-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw .system(parent, "cannot hold a working directory") }
        return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }
}
