public import Foundation
import Glibc

/// What one run of the companion did, as JSON lines: one file a run, root's alone.
///
/// Nothing secret is given to it, and what looks like a secret in the output of a program is struck out all the same.
public final class OperationLog: Sendable {
    public let path: String
    private let descriptor: Int32

    /// - Parameters:
    ///   - directory: made when it is not there, mode 0700.
    ///   - command: part of the file's name. - now: seconds since 1970.
    /// - Returns: nil when it cannot be written, which is no reason not to mend a host.
    public init?(directory: String, command: String, now: Date = Date()) {
        guard mkdir(directory, 0o700) == 0 || errno == EEXIST else { return nil }
        let stamp = DateFormatter()
        stamp.locale = Locale(identifier: "en_US_POSIX")
        stamp.timeZone = TimeZone(identifier: "UTC")
        stamp.dateFormat = "yyyyMMdd-HHmmss"
        path = "\(directory)/\(stamp.string(from: now))-\(command)-\(getpid()).jsonl"
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return nil }
    }

    deinit { close(descriptor) }

    /// Adds a line.
    /// - Parameter event: a word for what happened: "began", "applied", "failed".
    public func add(_ event: String, _ fields: [String: String] = [:]) {
        var line = fields.mapValues(Self.redacted)
        line["event"] = event
        line["at"] = ISO8601DateFormatter().string(from: Date())
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard var data = try? encoder.encode(line) else { return }
        data.append(UInt8(ascii: "\n"))
        // One write for a line: O_APPEND keeps it whole (write(2)).
        _ = data.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    }

    /// The text with the values of what is named like a secret struck out: `password=…`, `"token": "…"`, `Authorization: Bearer …`.
    public static func redacted(_ text: String) -> String {
        let words =
            /(?i)((?:password|passwd|secret|token|api[-_]?key|authorization)["']?\s*[:=]\s*(?:bearer\s+)?["']?)[^\s"',;]+/
        return text.replacing(words) { "\($0.output.1)[redacted]" }
    }
}
