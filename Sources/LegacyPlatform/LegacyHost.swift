import Glibc
import HostPrograms

/// The host that is looked at, or a directory that stands for it.
///
/// Paths are written as on the host (`/etc/fstab`). Nothing here changes anything.
struct LegacyHost: Sendable {
    /// Without a slash at its end; empty for the host itself.
    let root: String
    let programs: any HostPrograms
    /// Whether programs are asked and told: not for a tree in which nothing runs.
    let isLive: Bool
    /// rmdir(2), or what stands for it in a test: a cgroup can be removed although its files are in it, a plain directory cannot.
    let removeDirectory: @Sendable (String) -> Int32

    init(
        root: String,
        programs: any HostPrograms,
        isLive: Bool? = nil,
        removeDirectory: @escaping @Sendable (String) -> Int32 = { rmdir($0) }
    ) {
        self.removeDirectory = removeDirectory
        var root = root[...]
        while root.last == "/" { root.removeLast() }
        self.root = String(root)
        self.programs = programs
        self.isLive = isLive ?? root.isEmpty
    }

    /// Where a path of the host is for this process.
    func place(_ path: String) -> String { root + path }

    /// What lstat(2) says; nil when there is nothing.
    func status(_ path: String) -> stat? {
        var status = stat()
        return lstat(place(path), &status) == 0 ? status : nil
    }

    func exists(_ path: String) -> Bool { status(path) != nil }

    func isDirectory(_ path: String) -> Bool { status(path).map { $0.st_mode & S_IFMT == S_IFDIR } ?? false }

    /// Where a symbolic link leads, as it is written; nil when it is none.
    func target(ofLink path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(place(path), &buffer, buffer.count)
        return count >= 0 ? String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self) : nil
    }

    /// Follows the links at the end of a path, inside the root; nil when they run in a circle.
    func resolved(_ path: String) -> String? {
        var path = path
        for _ in 0..<40 {
            guard let target = target(ofLink: path) else { return path }
            path = target.hasPrefix("/") ? target : Self.parent(of: path) + "/" + target
        }
        return nil
    }

    /// A whole file of the host, links at its end followed inside the root.
    /// - Returns: nil when there is no such file, or it is no plain one.
    /// - Throws: ``Unseen`` when there is one that cannot be read, or that is larger than 64 MiB.
    func bytes(_ path: String) throws(Unseen) -> [UInt8]? {
        guard let path = resolved(path) else { return nil }
        let descriptor = open(place(path), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR || errno == ELOOP { return nil }
            throw Unseen(path: path, errno: errno)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw Unseen(path: path, errno: errno) }
            if count == 0 { return bytes }
            bytes += buffer.prefix(count)
            guard bytes.count <= 64 << 20 else { throw Unseen(path: path, errno: EFBIG) }
        }
    }

    /// The same as text; bytes that are no UTF-8 become U+FFFD, so never write this back.
    func text(_ path: String) throws(Unseen) -> String? { try bytes(path).map { String(decoding: $0, as: UTF8.self) } }

    /// The names in a directory, sorted, without `.` and `..`; empty when there is none.
    func names(in path: String) -> [String] {
        guard let listing = opendir(place(path)) else { return [] }
        defer { closedir(listing) }
        var names: [String] = []
        while let entry = readdir(listing) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    static func parent(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }
}

/// Something that is there and cannot be read.
struct Unseen: Error, Equatable {
    let reason: String

    init(_ reason: String) { self.reason = reason }

    init(path: String, errno code: Int32) { reason = "\(path): \(String(cString: strerror(code)))" }
}
