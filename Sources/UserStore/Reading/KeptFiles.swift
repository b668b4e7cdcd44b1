import Glibc
import Synchronization

/// Reads bytes of a file that SQLite may have open in this process, without harm to SQLite's locks.
///
/// Closing *any* descriptor of a file drops all POSIX locks that the process has on it (fcntl(2); sqlite.org/howtocorrupt.html §2.2).
/// So a descriptor is kept for as long as its file stands at the path, and closed only when another file stands there.
enum KeptFiles {
    private struct Kept {
        let descriptor: Int32
        let stamp: FileStamp
    }

    private static let kept = Mutex<[String: Kept]>([:])

    /// Reads into a buffer.
    /// - Returns: how many bytes there were, at most the size of the buffer; `nil` and the reason in `errno`.
    static func read(_ path: String, from offset: Int64, into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        kept.withLock { kept in
            guard let descriptor = descriptor(of: path, &kept) else { return nil }
            var filled = 0
            while filled < buffer.count {
                let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
                let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(filled))
                if count < 0, errno == EINTR { continue }
                guard count >= 0 else { return nil }
                if count == 0 { break }
                filled += count
            }
            return filled
        }
    }

    /// Reads at most `count` bytes.
    static func bytes(_ path: String, from offset: Int64 = 0, count: Int) -> [UInt8]? {
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            let read = read(path, from: offset, into: UnsafeMutableRawBufferPointer(buffer))
            failed = read == nil
            filled = read ?? 0
        }
        return failed ? nil : bytes
    }

    private static func descriptor(of path: String, _ kept: inout [String: Kept]) -> Int32? {
        // The kept descriptor would outlive a chmod that was meant to shut us out.
        guard faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) == 0, let stamp = FileStamp(path: path) else { return nil }
        let old = kept[path]
        if let old, old.stamp.isSameFile(as: stamp) { return old.descriptor }
        // O_NONBLOCK: a FIFO at the path would hang the open.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        let new = Kept(descriptor: descriptor, stamp: FileStamp(status))
        kept[path] = new
        if let old, !old.stamp.isSameFile(as: new.stamp) { close(old.descriptor) }
        return descriptor
    }
}
