import Glibc

/// The service token that the hub knows us by. Nothing prints it: not `print`, not `dump`, not an error.
struct HubToken: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// What goes into the `Authorization` header.
    let secret: String

    var description: String { "HubToken" }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: []) }

    /// Fewer could be guessed, and with more JupyterHub does not start (`APIToken.token` in its `orm.py`); `openssl rand -hex
    /// 32` makes 64. `jupyterhub_config.py` draws the same lines.
    static let lengths = 32...64

    private static let remedy = "make one with: (umask 077 && openssl rand -hex 32 > FILE), and restart JupyterHub"

    /// Reads a token file: one line of printable ASCII, 32 to 64 characters, closed to others.
    /// - Throws: ``HubError/notConfigured(_:)``.
    init(file: String) throws(HubError) {
        let way = Self.remedy.replacing("FILE", with: file)
        let descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            let reason = String(cString: strerror(errno))
            throw .notConfigured("the token for JupyterHub's API in \(file) cannot be read (\(reason)): \(way)")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw .notConfigured("\(file) is not a file: \(way)")
        }
        guard status.st_mode & 0o027 == 0 else {
            throw .notConfigured("\(file) holds a secret that others can read or change: chmod 600 \(file), and \(way)")
        }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(descriptor, &bytes, bytes.count)
        let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        guard let token = Self(text.trimmed) else {
            throw .notConfigured(
                "\(file) holds no token of \(Self.lengths.lowerBound) to \(Self.lengths.upperBound) plain characters: \(way)"
            )
        }
        self = token
    }

    init?(_ text: String) {
        guard Self.lengths.contains(text.utf8.count), text.utf8.allSatisfy({ (33...126).contains($0) })
        else { return nil }
        secret = text
    }
}

extension String {
    fileprivate var trimmed: String {
        var rest = self[...]
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        return String(rest)
    }
}
