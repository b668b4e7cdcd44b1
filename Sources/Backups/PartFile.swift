import Glibc

/// The file beside the wanted one that a backup is written to, and a closed directory for what goes into it.
///
/// While it is held, no other run writes the same backup. What a killed run left is taken over by the next.
final class PartFile {
    let path: String
    let wanted: String
    /// Mode 0700.
    let work: String
    private let file: OpenFile

    init(for wanted: String, replaces: Bool) throws(BackupError) {
        self.wanted = wanted
        path = wanted + ".part"
        work = wanted + ".parts"
        try Self.checkPlace(Self.directory(of: wanted))
        guard replaces || access(wanted, F_OK) != 0 else { throw .exists(wanted) }
        file = try OpenFile(holding: path)
        guard flock(file.number, LOCK_EX | LOCK_NB) == 0 else { throw .inProgress(wanted) }
        try checkName()
        try ClosedDirectory.make(work)
    }

    /// Whether the name still means the file that is held: another run may have finished, or somebody meddled.
    private func checkName() throws(BackupError) {
        var named = stat()
        guard lstat(path, &named) == 0, try file.status().st_ino == named.st_ino else { throw .inProgress(wanted) }
    }

    /// Writes what tar left in memory to the disk and drops it there, so that reading it again asks the disk.
    func settle() throws(BackupError) {
        try file.synchronise()
        _ = posix_fadvise(file.number, 0, 0, POSIX_FADV_DONTNEED)
    }

    static func directory(of path: String) -> String {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        return parts.isEmpty ? "." : parts.count == 1 ? "/" : parts.joined(separator: "/")
    }

    /// Makes it durable, then gives it its name.
    func finish() throws(BackupError) {
        try checkName()
        try file.synchronise()
        guard rename(path, wanted) == 0 else { throw .system(wanted, "cannot get its name") }
        try OpenFile.synchroniseDirectory(Self.directory(of: wanted))
        ClosedDirectory.remove(work)
    }

    func abandon() {
        unlink(path)
        ClosedDirectory.remove(work)
    }

    /// Nobody but root and the caller may put something else in the place of what is written there.
    private static func checkPlace(_ directory: String) throws(BackupError) {
        var status = stat()
        guard stat(directory, &status) == 0 else { throw .system(directory, "cannot be used") }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw .unsafePlace(directory, reason: "it is no directory") }
        guard [0, geteuid()].contains(status.st_uid) else {
            throw .unsafePlace(directory, reason: "it belongs to somebody else")
        }
        guard status.st_mode & S_ISVTX != 0 || status.st_mode & (S_IWGRP | S_IWOTH) == 0 else {
            throw .unsafePlace(directory, reason: "others may write to it")
        }
    }
}
