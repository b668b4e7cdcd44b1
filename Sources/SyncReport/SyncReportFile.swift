import Foundation
import Glibc

/// Where the last ``SyncReport`` is kept: a JSON file (key `sync.report`), root's, readable for the service's group.
///
/// It is replaced whole by rename(2), so that a reader sees the old one or the new one and never half of one.
public struct SyncReportFile: Sendable {
    public let path: String

    /// The largest file that is read, in bytes.
    public static let sizeLimit = 32 << 20

    public init(path: String) { self.path = path }

    /// The last report.
    /// - Returns: `nil` when there was no run since the host started.
    /// - Throws: ``SyncReportError/unreadable(path:reason:)``, also for a file that is no report.
    public func read() throws(SyncReportError) -> SyncReport? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw .unreadable(path: path, reason: String(cString: strerror(errno)))
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw .unreadable(path: path, reason: "it is not a regular file")
        }
        guard status.st_size <= Self.sizeLimit else {
            throw .unreadable(path: path, reason: "it is larger than \(Self.sizeLimit >> 20) MiB")
        }
        do {
            let data = try file.read(upToCount: Self.sizeLimit) ?? Data()
            return try JSONDecoder().decode(SyncReport.self, from: data)
        } catch let error as DecodingError {
            throw .unreadable(path: path, reason: "it is no report (\(Self.summary(error)))")
        } catch {
            throw .unreadable(path: path, reason: "\(error)")
        }
    }

    /// What tells this report from the next one: inode, size and time of change of the file. `nil` when there is none.
    /// For readers that look often and read seldom.
    public func mark() -> Mark? {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        return Mark(
            inode: UInt64(status.st_ino),
            size: Int64(status.st_size),
            seconds: status.st_mtim.tv_sec,
            nanoseconds: status.st_mtim.tv_nsec
        )
    }

    /// See ``SyncReportFile/mark()``.
    public struct Mark: Sendable, Hashable {
        let inode: UInt64
        let size: Int64
        let seconds: Int
        let nanoseconds: Int
    }

    /// Replaces the report.
    /// - Parameter group: the service's group, which may read it; `nil` keeps it to the caller's own group.
    /// - Throws: ``SyncReportError/unwritable(path:reason:)``; the old report then stands unchanged.
    public func write(_ report: SyncReport, group: UInt32?) throws(SyncReportError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let temporary = "\(path).new"
        do {
            let data = try encoder.encode(report)
            // What a killed run left behind; O_EXCL then makes sure that nobody has put a file of theirs there.
            unlink(temporary)
            let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else { throw Self.problem(path) }
            let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
            do {
                try file.write(contentsOf: data)
                if let group, fchown(descriptor, uid_t.max, group) != 0 { throw Self.problem(path) }
                guard fchmod(descriptor, 0o640) == 0, rename(temporary, path) == 0 else { throw Self.problem(path) }
            } catch {
                unlink(temporary)
                throw error
            }
        } catch let error as SyncReportError {
            throw error
        } catch {
            throw .unwritable(path: path, reason: "\(error)")
        }
    }

    private static func problem(_ path: String) -> SyncReportError {
        .unwritable(path: path, reason: String(cString: strerror(errno)))
    }

    private static func summary(_ error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, _): "`\(key.stringValue)` is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            context.codingPath.isEmpty
                ? "no JSON"
                : "`\(context.codingPath.map(\.stringValue).joined(separator: "."))` is not what it should be"
        @unknown default: "no JSON"
        }
    }
}
