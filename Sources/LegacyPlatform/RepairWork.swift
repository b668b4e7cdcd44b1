import CQuota
import Glibc
import HostPrograms

/// What a repair may do to a host. Whatever is changed or removed is saved first, and told in a line.
final class RepairWork {
    let host: LegacyHost
    private let saved: SavedOriginals
    private var done: [String] = []

    init(host: LegacyHost, saved: SavedOriginals) {
        self.host = host
        self.saved = saved
    }

    /// What was done, and where the originals are.
    var lines: [String] { done + (saved.location.map { ["The originals are in \($0)."] } ?? []) }

    func say(_ line: String) { done.append(line) }

    /// Puts the original aside before something is done that no copy can undo.
    func keep(_ path: String) throws(LegacyRepairError) { try saved.save(path) }

    /// Replaces a file in one step (rename(2)), with its owner, mode and attributes, among them the SELinux context.
    /// - Parameter mode: another mode than it has.
    func replace(_ path: String, with bytes: [UInt8], mode: mode_t? = nil) throws(LegacyRepairError) {
        try saved.save(path)
        guard host.status(path).map({ $0.st_mode & S_IFMT == S_IFREG }) == true else {
            throw .notChanged(path: path, reason: "it is no plain file; mend what it leads to by hand")
        }
        let fresh = "\(LegacyHost.parent(of: path))/.diycloud-new"
        unlink(host.place(fresh))
        let code = write(bytes, to: host.place(fresh), like: host.place(path), mode)
        guard code == 0, rename(host.place(fresh), host.place(path)) == 0 else {
            let code = code == 0 ? errno : code
            unlink(host.place(fresh))
            throw .notChanged(path: path, reason: String(cString: strerror(code)))
        }
        try syncDirectory(of: path)
    }

    /// Removes a file or a link.
    func remove(_ path: String) throws(LegacyRepairError) {
        try saved.save(path)
        guard unlink(host.place(path)) == 0 else { throw notChanged(path) }
        try syncDirectory(of: path)
    }

    /// Makes a symbolic link.
    func link(_ path: String, to target: String) throws(LegacyRepairError) {
        guard symlink(target, host.place(path)) == 0 else { throw notChanged(path) }
    }

    /// Changes mode and group of a file or a directory; its content stays.
    func setMode(_ path: String, _ mode: mode_t, group: gid_t? = nil) throws(LegacyRepairError) {
        try saved.save(path, content: false)
        let descriptor = open(host.place(path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw notChanged(path) }
        defer { close(descriptor) }
        if let group, fchown(descriptor, uid_t.max, group) != 0 { throw notChanged(path) }
        guard fchmod(descriptor, mode) == 0 else { throw notChanged(path) }
    }

    /// Removes an empty directory; of a cgroup, its files count for nothing.
    func removeDirectory(_ path: String) throws(LegacyRepairError) {
        guard host.removeDirectory(host.place(path)) == 0 || errno == ENOENT else { throw notChanged(path) }
    }

    /// Runs a program, on a live host only.
    /// - Returns: how it ended; nil when there is none of that name, or nothing is live here.
    func run(_ program: String, _ arguments: [String]) async throws(LegacyRepairError) -> ProgramResult? {
        guard host.isLive, host.programs.has(program) else { return nil }
        do throws(HostProgramError) {
            return try await host.programs.run(program, arguments)
        } catch {
            throw .refused(program: program, reason: "\(error)")
        }
    }

    private func notChanged(_ path: String) -> LegacyRepairError {
        .notChanged(path: path, reason: String(cString: strerror(errno)))
    }

    private func write(_ bytes: [UInt8], to path: String, like model: String, _ mode: mode_t?) -> Int32 {
        let source = open(model, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard source >= 0 else { return errno }
        defer { close(source) }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(source, &status) == 0, fchown(descriptor, status.st_uid, status.st_gid) == 0,
            fchmod(descriptor, mode ?? (status.st_mode & 0o7777)) == 0
        else { return errno }
        // An ACL would open what a new mode is to shut.
        let code = mode == nil ? cquota_copy_attributes(source, descriptor) : 0
        return code == 0 ? WholeWrite.write(bytes, to: descriptor) : code
    }

    private func syncDirectory(of path: String) throws(LegacyRepairError) {
        let descriptor = open(host.place(LegacyHost.parent(of: path)), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw notChanged(path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw notChanged(path) }
    }
}
