import Dispatch
import Synchronization

/// The audit log: a file of JSON lines.
///
/// ``record(_:)`` never waits and never fails. Lines are written in order by a thread of their own; when the file
/// cannot be written, each line goes to the fallback (standard error, the journal) instead, with the reason, and the
/// file is tried again with the next line.
public final class AuditLog: Sendable {
    /// The most lines that wait to be written; more than this is a disk that hangs, and lines are then given to the
    /// fallback at once.
    public static let backlogLimit = 10_000

    private let isKept: Bool
    private let file: Mutex<AuditFile?>
    private let fallback: @Sendable (String) -> Void
    private let writer = DispatchQueue(label: "diycloud-bridge.audit")
    private let backlog = Atomic(0)

    /// - Parameters:
    ///   - path: the file, made with mode 0640 when it is missing; `-` for standard output; `nil` for no audit log.
    ///   - fallback: is given a line of text when the file cannot be written. Called from any thread.
    public init(path: String?, fallback: @escaping @Sendable (String) -> Void) {
        self.isKept = path != nil
        self.file = Mutex(path.map { AuditFile(path: $0) })
        self.fallback = fallback
    }

    /// Notes an event.
    public func record(_ event: AuditEvent) {
        guard isKept else { return }
        let line = AuditLine(event).text
        guard backlog.wrappingAdd(1, ordering: .relaxed).newValue <= Self.backlogLimit else {
            backlog.wrappingSubtract(1, ordering: .relaxed)
            fallback("audit log: too many lines wait for the disk; not in the file: \(line)")
            return
        }
        writer.async {
            self.write(line)
            self.backlog.wrappingSubtract(1, ordering: .relaxed)
        }
    }

    /// Opens the file by its name again, after logrotate(8) has moved it.
    public func reopen() {
        writer.async { self.file.withLock { $0?.close() } }
    }

    /// Waits until all that was recorded is written. For the end of a process; not on an event loop.
    public func flush() { writer.sync {} }

    private func write(_ line: String) {
        let problem = file.withLock { file -> String? in
            guard let problem = file?.append(line), let path = file?.path else { return nil }
            return "\(path): \(problem)"
        }
        guard let problem else { return }
        fallback("audit log \(problem); not in the file: \(line)")
    }
}
