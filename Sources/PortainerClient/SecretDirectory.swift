import Glibc

/// The place of a file that only root reads. It is replaced whole by rename(2), so that a reader finds the old one or the new one.
///
/// The directory above may belong to the service, which could put something else in its place; so the file's own directory is
/// opened once, must belong to whoever runs this and be closed to others, and everything happens relative to it.
public struct SecretDirectory: ~Copyable {
    private let descriptor: Int32
    private let path: String
    private let name: String

    /// Makes the file's directory where it is missing.
    /// - Throws: ``PortainerError/file(_:)``.
    public init(of file: String) throws(PortainerError) {
        let parts = file.split(separator: "/", omittingEmptySubsequences: true)
        guard file.hasPrefix("/"), let last = parts.last, parts.count > 1 else {
            throw .file("\(file) is not the path of a file in a directory")
        }
        let directory = "/" + parts.dropLast().joined(separator: "/")
        _ = mkdir(directory, 0o700)
        let opened = open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard opened >= 0 else { throw .file("\(directory) cannot be opened: \(String(cString: strerror(errno)))") }
        var status = stat()
        guard fstat(opened, &status) == 0, status.st_uid == geteuid(), status.st_mode & 0o022 == 0 else {
            close(opened)
            throw .file(
                "others can write to \(directory), which holds secrets: chown root: \(directory); chmod 700 \(directory)"
            )
        }
        descriptor = opened
        path = file
        name = String(last)
    }

    deinit { close(descriptor) }

    /// Writes the file with mode 0600.
    /// - Throws: ``PortainerError/file(_:)``.
    public func replace(with bytes: [UInt8]) throws(PortainerError) {
        let draft = ".\(name).new"
        _ = unlinkat(descriptor, draft, 0)
        let file = openat(descriptor, draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw problem() }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            guard count > 0 else {
                let problem = problem()
                close(file)
                _ = unlinkat(descriptor, draft, 0)
                throw problem
            }
            rest = rest.dropFirst(count)
        }
        let isWritten = fsync(file) == 0
        close(file)
        guard isWritten, renameat(descriptor, draft, descriptor, name) == 0, fsync(descriptor) == 0 else {
            throw problem()
        }
    }

    private func problem() -> PortainerError {
        .file("\(path) cannot be written: \(String(cString: strerror(errno)))")
    }
}
