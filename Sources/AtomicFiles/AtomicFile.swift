public import Foundation
import Glibc

/// A file that is replaced whole: written beside its place, brought to the disk, then given its name by rename(2).
///
/// A reader finds the old one or the new one, and so does whoever looks after a power cut. A draft that a killed program left behind
/// is overwritten by the next write.
public struct AtomicFile: Sendable {
    public let path: String

    /// The largest file that ``read()`` returns, in bytes.
    public static let sizeLimit = 64 << 20

    public init(_ path: String) { self.path = path }

    /// What is in it.
    /// - Returns: nil when there is no such file.
    /// - Throws: ``AtomicFileError``, also for a symbolic link: what it leads to is somebody else's.
    public func read() throws(AtomicFileError) -> Data? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else {
            switch errno {
            case ENOENT, ENOTDIR: return nil
            case ELOOP: throw .notRegular(path: path)
            default: throw problem("opened")
            }
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw problem("looked at") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegular(path: path) }
        guard status.st_size <= Self.sizeLimit else { throw .tooLarge(path: path, limit: Self.sizeLimit) }
        do { return try file.read(upToCount: Self.sizeLimit) ?? Data() } catch { throw problem("read") }
    }

    /// Puts new content in its place.
    /// - Parameters:
    ///   - mode: the permission bits.
    ///   - owner: uid and gid; nil keeps the caller's.
    /// - Throws: ``AtomicFileError``; the old content then stands.
    public func replace(_ content: Data, mode: UInt32, owner: (uid: UInt32, gid: UInt32)? = nil)
        throws(AtomicFileError)
    {
        let (directory, name) = parts
        let draft = "\(directory)/.\(name).diycloud-new"
        unlink(draft)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw problem("written") }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            do { try file.write(contentsOf: content) } catch { throw problem("written") }
            if let owner, fchown(descriptor, owner.uid, owner.gid) != 0 { throw problem("given to its owner") }
            guard fchmod(descriptor, mode) == 0, fsync(descriptor) == 0, rename(draft, path) == 0 else {
                throw problem("put in its place")
            }
        } catch let error as AtomicFileError {
            unlink(draft)
            throw error
        } catch {
            unlink(draft)
            throw problem("written")
        }
        Self.sync(directory: directory)
    }

    /// Removes it. Nothing happens when it is not there.
    public func remove() throws(AtomicFileError) {
        guard unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR else { throw problem("removed") }
        Self.sync(directory: parts.directory)
    }

    private var parts: (directory: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        return (slash == path.startIndex ? "/" : String(path[..<slash]), String(path[path.index(after: slash)...]))
    }

    private func problem(_ action: String) -> AtomicFileError { .system(path: path, action: action, errno: errno) }

    /// So that the new name, too, is there after a power cut. Best effort: some file systems know no fsync of directories.
    private static func sync(directory: String) {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
