import Glibc

/// A key, a token or a password. Nothing prints it: not `print`, not `dump`, not an error.
struct PortainerSecret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    let text: String

    init(_ text: String) { self.text = text }

    var description: String { "PortainerSecret" }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: []) }

    /// The first line of a small file that nobody else can read or change; `nil` when there is no such file.
    /// - Parameter remedy: how such a file is made, for the error.
    /// - Throws: ``PortainerError/file(_:)``.
    static func read(_ file: String, remedy: String) throws(PortainerError) -> PortainerSecret? {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw .file("\(file) cannot be read (\(String(cString: strerror(errno)))): \(remedy)")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw .file("\(file) is not a file: \(remedy)")
        }
        guard status.st_mode & 0o027 == 0 else {
            throw .file("\(file) holds a secret that others can read or change: chmod 600 \(file)")
        }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        // Portainer takes one line feed from the end of its password file, and nothing else.
        let line = bytes.prefix(max(0, count)).prefix { $0 != 10 && $0 != 13 }
        let text = String(decoding: line, as: UTF8.self)
        guard !text.isEmpty, text.unicodeScalars.allSatisfy({ $0.value >= 32 && $0.value != 127 }) else {
            throw .file("\(file) does not hold one line of plain characters: \(remedy)")
        }
        return PortainerSecret(text)
    }
}
