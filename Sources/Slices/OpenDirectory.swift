internal import Glibc

/// A directory held open. The kernel walks every component of a path anew for every file, and in cgroup file systems slowly: who
/// reads many files of many people walks to their parent once.
final class OpenDirectory: Sendable {
    private let descriptor: Int32

    /// - Parameter parent: where a relative path begins.
    /// - Returns: nil when there is no such directory.
    init?(_ path: String, in parent: OpenDirectory? = nil) {
        descriptor = openat(parent?.descriptor ?? AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
    }

    deinit { close(descriptor) }

    /// As ``CgroupFile/read(_:in:_:)``, of a path below it.
    func read<Value>(_ path: String, _ body: (Span<UInt8>) -> Value?) -> Value? {
        CgroupFile.read(path, in: descriptor, body)
    }

    func exists(_ path: String) -> Bool { faccessat(descriptor, path, F_OK, 0) == 0 }
}
