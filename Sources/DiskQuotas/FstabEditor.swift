import CQuota
import Glibc

/// Replaces one line of fstab: a dated copy first, then a new file in the place of the old one in one step (rename(2)), with its
/// owner, mode and attributes, among them the SELinux context.
struct FstabEditor {
    /// "/etc/fstab.diycloud-20260131-120000"
    static func copyName(of path: String, stamp: String) -> String { "\(path).diycloud-\(stamp)" }

    /// - Returns: the path of the copy.
    /// - Throws: ``DiskQuotaError`` when the file is not what the plan saw, or cannot be written. It is unchanged then.
    static func apply(_ edit: FstabEdit, now: time_t = time(nil)) throws(DiskQuotaError) -> String {
        let bytes = try WholeFile.read(edit.path).bytes
        guard let changed = Fstab(path: edit.path, bytes: bytes).applying(edit) else {
            throw .changedMeanwhile(path: edit.path)
        }
        let copy = try writeCopy(of: edit.path, bytes, stamp: stamp(now))
        let fresh = "\(edit.path).diycloud-new"
        unlink(fresh)
        try write(changed, to: fresh, like: edit.path)
        guard rename(fresh, edit.path) == 0 else {
            let code = errno
            unlink(fresh)
            throw .unwritable(path: edit.path, errno: code)
        }
        try syncDirectory(of: edit.path)
        return copy
    }

    /// A copy of the same second gets a number; no copy is ever written over.
    private static func writeCopy(of path: String, _ bytes: [UInt8], stamp: String) throws(DiskQuotaError) -> String {
        let name = copyName(of: path, stamp: stamp)
        for candidate in [name] + (2...99).map({ "\(name)-\($0)" }) {
            do throws(DiskQuotaError) {
                try write(bytes, to: candidate, like: path)
                return candidate
            } catch .unwritable(_, EEXIST) {
                continue
            }
        }
        throw .unwritable(path: name, errno: EEXIST)
    }

    private static func write(_ bytes: [UInt8], to path: String, like model: String) throws(DiskQuotaError) {
        let source = open(model, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard source >= 0 else { throw .unreadable(path: model, errno: errno) }
        defer { close(source) }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .unwritable(path: path, errno: errno) }
        defer { close(descriptor) }
        let code = fill(descriptor, with: bytes, like: source)
        guard code == 0 else {
            unlink(path)
            throw .unwritable(path: path, errno: code)
        }
    }

    private static func fill(_ descriptor: Int32, with bytes: [UInt8], like source: Int32) -> Int32 {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return errno }
            rest = rest.dropFirst(count)
        }
        var status = stat()
        guard fstat(source, &status) == 0, fchown(descriptor, status.st_uid, status.st_gid) == 0,
            fchmod(descriptor, status.st_mode & 0o7777) == 0
        else { return errno }
        let code = cquota_copy_attributes(source, descriptor)
        guard code == 0 else { return code }
        return fsync(descriptor) == 0 ? 0 : errno
    }

    private static func syncDirectory(of path: String) throws(DiskQuotaError) {
        let directory = String(path.prefix(through: path.lastIndex(of: "/") ?? path.startIndex))
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unwritable(path: directory, errno: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .unwritable(path: directory, errno: errno) }
    }

    private static func stamp(_ now: time_t) -> String {
        var now = now
        var parts = tm()
        gmtime_r(&now, &parts)
        func digits(_ value: Int32, _ width: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        return digits(parts.tm_year + 1900, 4) + digits(parts.tm_mon + 1, 2) + digits(parts.tm_mday, 2) + "-"
            + digits(parts.tm_hour, 2) + digits(parts.tm_min, 2) + digits(parts.tm_sec, 2)
    }
}
