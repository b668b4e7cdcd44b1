import Glibc

/// The file of the audit log: opened for appending only, one write(2) a line, so that several processes may share it.
struct AuditFile: ~Copyable {
    /// The path that means standard output, for containers.
    static let standardOutput = "-"

    let path: String
    private var descriptor: Int32 = -1
    /// A line was cut off by a full disk: the next one must not be glued to it.
    private var isTorn = false

    init(path: String) { self.path = path }

    deinit { if descriptor >= 0 { Glibc.close(descriptor) } }

    /// Lets go of the file; the next line opens it anew.
    mutating func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
        isTorn = false
    }

    /// - Returns: what went wrong, `nil` when the line is written.
    mutating func append(_ line: String) -> String? {
        if descriptor < 0, let problem = open() { return problem }
        var text = (isTorn ? "\n" : "") + line + "\n"
        let (written, count) = text.withUTF8 { (retryingWrite($0), $0.count) }
        if written == count {
            isTorn = false
            return nil
        }
        let problem = written < 0 ? Self.reason(errno) : "the disk is full"
        if written > 0 { isTorn = true }
        return problem
    }

    private func retryingWrite(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        while true {
            let written = write(descriptor, bytes.baseAddress, bytes.count)
            if written >= 0 || errno != EINTR { return written }
        }
    }

    /// O_NONBLOCK, so that a FIFO in place of the file cannot hold us up; O_NOFOLLOW, since root's commands write here
    /// too.
    private mutating func open() -> String? {
        guard path != Self.standardOutput else {
            descriptor = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0)
            return descriptor < 0 ? Self.reason(errno) : nil
        }
        let flags = O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
        descriptor = Glibc.open(path, flags)
        if descriptor < 0, errno == ENOENT {
            descriptor = Glibc.open(path, flags | O_CREAT | O_EXCL, 0o640)
            if descriptor >= 0, let problem = settleNewFile() {
                close()
                return problem
            }
            // Another process was faster.
            if descriptor < 0, errno == EEXIST { descriptor = Glibc.open(path, flags) }
        }
        guard descriptor >= 0 else { return Self.reason(errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close()
            return "it is not a regular file"
        }
        // The directory belongs to a process that faces the network: root must not append to a file of root's that it linked here.
        guard status.st_nlink == 1 else {
            close()
            return "it has \(status.st_nlink) names (hard links) instead of one"
        }
        return nil
    }

    /// A file that root's command makes must be open to the service: it gets the owner of its directory.
    private func settleNewFile() -> String? {
        guard fchmod(descriptor, 0o640) == 0 else { return Self.reason(errno) }
        guard geteuid() == 0 else { return nil }
        var directory = stat()
        let parent = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        guard stat(parent, &directory) == 0, fchown(descriptor, directory.st_uid, directory.st_gid) == 0 else {
            return Self.reason(errno)
        }
        return nil
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
