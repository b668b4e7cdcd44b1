import Foundation
import Glibc

/// Keeps two runs apart: an flock(2) on a file of root's that says who holds it. It ends with this object, or with the process,
/// however that ends.
public final class SyncLock: Sendable {
    /// Who holds a lock.
    public struct Holder: Sendable, Equatable, CustomStringConvertible {
        public let pid: Int32
        /// When it took the lock, in seconds since 1970.
        public let since: Int64
        /// Its command line.
        public let command: String

        public var description: String { "process \(pid) (\(command))" }
    }

    public enum Failure: Error, Sendable, Equatable, CustomStringConvertible {
        /// Somebody else has it; `nil` when they have not yet said who they are.
        case held(by: Holder?)
        /// The file cannot be used for this.
        case unusable(path: String, reason: String)

        public var description: String {
            switch self {
            case .held(let holder?):
                "\(holder) is at work. Wait for it with --wait, or see what it does: ps \(holder.pid)."
            case .held(nil): "another run has just begun. Wait for it with --wait."
            case .unusable(let path, let reason):
                "the lock \(path) cannot be used: \(reason). Set sync.lock to a file in a directory of root's."
            }
        }
    }

    private let descriptor: Int32

    /// Takes the lock, or fails at once.
    /// - Parameters:
    ///   - path: the file, made with mode 0600 when it is missing, as is its directory; never through a symbolic link. flock(2) asks for
    ///     no permission beyond open(2): whoever could read the file could hold the lock, and keep everybody else from it.
    ///   - command: what others are told of this process.
    ///   - now: seconds since 1970.
    /// - Throws: ``Failure``.
    public init(path: String, command: String, now: Int64) throws(Failure) {
        descriptor = try Self.take(path, saying: Self.printable("\(getpid()) \(now) \(command)") + "\n")
    }

    deinit {
        // Emptied and not removed: whoever has opened it already must not lock a file that nobody else can find.
        ftruncate(descriptor, 0)
        close(descriptor)
    }

    /// Who holds the lock now; `nil` when nobody does, the file is not one that only we could have written, or what it says is not a
    /// process of ours that is alive: text that somebody has left there is believed by nobody.
    public static func holder(path: String) -> Holder? {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard doubt(of: descriptor) == nil else { return nil }
        // A shared lock is refused while somebody has the exclusive one, and is gone again with the descriptor.
        guard flock(descriptor, LOCK_SH | LOCK_NB) != 0, errno == EWOULDBLOCK else { return nil }
        guard let holder = holder(of: descriptor), isAlive(holder) else { return nil }
        return holder
    }

    /// Whether the process still runs and is of our own user: a number in a file may have come to anybody since.
    private static func isAlive(_ holder: Holder) -> Bool {
        var status = stat()
        return lstat("/proc/\(holder.pid)", &status) == 0 && status.st_uid == geteuid()
    }

    private static func take(_ path: String, saying text: String) throws(Failure) -> Int32 {
        let descriptor = try open(path)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            defer { close(descriptor) }
            guard code == EWOULDBLOCK else { throw problem(path, code) }
            throw .held(by: holder(of: descriptor).flatMap { isAlive($0) ? $0 : nil })
        }
        guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, text, text.utf8.count, 0) == text.utf8.count else {
            let code = errno
            close(descriptor)
            throw problem(path, code)
        }
        return descriptor
    }

    private static func open(_ path: String) throws(Failure) -> Int32 {
        let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
        let directory = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        if mkdir(directory, 0o755) == 0 { chmod(directory, 0o755) }
        if let doubt = doubt(ofDirectory: directory) { throw .unusable(path: path, reason: doubt) }
        let descriptor = Glibc.open(path, flags, 0o600)
        guard descriptor >= 0 else { throw problem(path, errno) }
        if let doubt = doubt(of: descriptor) {
            close(descriptor)
            throw .unusable(path: path, reason: doubt)
        }
        // One of an earlier version, which everybody could open, and a umask that took more than we ask for.
        guard fchmod(descriptor, 0o600) == 0 else {
            let code = errno
            close(descriptor)
            throw problem(path, code)
        }
        return descriptor
    }

    /// Why others could have put a file of theirs in the place of ours; nil when they could not.
    private static func doubt(ofDirectory path: String) -> String? {
        var status = stat()
        guard lstat(path, &status) == 0 else { return "\(path): \(String(cString: strerror(errno)))" }
        // A symbolic link of root's (/var/run) leads where root wants.
        if status.st_mode & S_IFMT == S_IFLNK, status.st_uid == geteuid(), stat(path, &status) != 0 {
            return "\(path): \(String(cString: strerror(errno)))"
        }
        guard status.st_mode & S_IFMT == S_IFDIR else { return "\(path) is not a directory" }
        guard status.st_uid == geteuid() else { return "the directory \(path) belongs to uid \(status.st_uid)" }
        guard status.st_mode & 0o022 == 0 else {
            return "others may write to the directory \(path) (mode \(String(status.st_mode & 0o7777, radix: 8)))"
        }
        return nil
    }

    /// Why an open file cannot be a lock of ours; nil when it can.
    private static func doubt(of descriptor: Int32) -> String? {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_nlink == 1 else {
            return "it is not a regular file of one name"
        }
        guard status.st_uid == geteuid() else { return "it belongs to uid \(status.st_uid)" }
        return nil
    }

    private static func holder(of descriptor: Int32) -> Holder? {
        var bytes = [UInt8](repeating: 0, count: 1024)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { return nil }
        let line = String(decoding: bytes[..<count], as: UTF8.self).prefix { $0 != "\n" }
        let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard words.count == 3, let pid = Int32(words[0]), let since = Int64(words[1]) else { return nil }
        return Holder(pid: pid, since: since, command: printable(String(words[2])))
    }

    private static func printable(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(500).filter { $0.value >= 32 && $0.value != 127 }))
    }

    private static func problem(_ path: String, _ code: Int32) -> Failure {
        .unusable(path: path, reason: String(cString: strerror(code)))
    }
}
