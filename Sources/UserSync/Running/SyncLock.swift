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
    ///   - path: the file, made with mode 0644 when it is missing, as is its directory; never through a symbolic link.
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

    /// Who holds the lock now; `nil` when nobody does, or the file cannot be read.
    public static func holder(path: String) -> Holder? {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        // A shared lock is refused while somebody has the exclusive one, and is gone again with the descriptor.
        guard flock(descriptor, LOCK_SH | LOCK_NB) != 0, errno == EWOULDBLOCK else { return nil }
        return holder(of: descriptor)
    }

    private static func take(_ path: String, saying text: String) throws(Failure) -> Int32 {
        let descriptor = try open(path)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            defer { close(descriptor) }
            guard code == EWOULDBLOCK else { throw problem(path, code) }
            throw .held(by: holder(of: descriptor))
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
        var descriptor = Glibc.open(path, flags, 0o644)
        if descriptor < 0, errno == ENOENT, let slash = path.lastIndex(of: "/") {
            mkdir(String(path[..<slash]), 0o755)
            descriptor = Glibc.open(path, flags, 0o644)
        }
        guard descriptor >= 0 else { throw problem(path, errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_nlink == 1 else {
            close(descriptor)
            throw .unusable(path: path, reason: "it is not a regular file of one name")
        }
        return descriptor
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
