import Glibc

/// A secret that stands in a file of its own: a service token or the proxy's secret.
public struct SecretFile: Sendable, Equatable {
    /// The secret, without white space around it: 32 to 4096 printable ASCII characters.
    public let secret: String

    /// The fewest characters of a secret: 128 bits in hexadecimal.
    public static let minimumLength = 32
    private static let maximumSize = 8192

    /// Reads and judges the file: regular, owned by root, by the service's account or by the caller, not writable by others
    /// than its owner, not readable by others; readable by a group only if that is root's or the service's.
    /// - Parameters:
    ///   - path: absolute.
    ///   - serviceUser: the uid of the service's account; `nil` where it is not known.
    ///   - serviceGroup: the gid of the service's account.
    /// - Returns: the secret.
    /// - Throws: ``SecretFileError``, with the command that mends it.
    public static func load(
        path: String,
        serviceUser: UInt32? = nil,
        serviceGroup: UInt32? = nil
    ) throws(SecretFileError) -> SecretFile {
        let file: (bytes: [UInt8], status: BoundedFile.Status)
        do {
            file = try BoundedFile.read(path, limit: maximumSize)
        } catch {
            throw SecretFileError(error, path: path)
        }
        let status = file.status
        guard [0, serviceUser, geteuid()].contains(status.owner) else {
            throw .foreignOwner(path: path, owner: status.owner)
        }
        let groupMayRead = status.group == 0 || status.group == serviceGroup
        guard status.mode & (groupMayRead ? 0o037 : 0o077) == 0 else {
            throw .tooOpen(path: path, mode: UInt32(status.mode))
        }
        return SecretFile(secret: try judge(file.bytes, path: path))
    }

    /// Reads a secret from a descriptor that whoever started this process opened, and judged, where it had the right to.
    /// - Parameters:
    ///   - descriptor: open for reading, at the start of the file; stays open.
    ///   - path: for error messages.
    /// - Returns: the secret.
    /// - Throws: ``SecretFileError``.
    public static func read(descriptor: Int32, path: String) throws(SecretFileError) -> SecretFile {
        let bytes: [UInt8]
        do {
            bytes = try BoundedFile.read(descriptor: descriptor, limit: maximumSize).bytes
        } catch {
            throw SecretFileError(error, path: path)
        }
        return SecretFile(secret: try judge(bytes, path: path))
    }

    private static func judge(_ bytes: [UInt8], path: String) throws(SecretFileError) -> String {
        let isBlank: (UInt8) -> Bool = { $0 == 32 || (9...13).contains($0) }
        let trimmed = bytes.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
        guard !trimmed.isEmpty else { throw .empty(path: path) }
        guard trimmed.allSatisfy({ $0 > 32 && $0 < 127 }), trimmed.count <= 4096 else { throw .malformed(path: path) }
        guard trimmed.count >= minimumLength else { throw .tooShort(path: path, length: trimmed.count) }
        return String(decoding: trimmed, as: UTF8.self)
    }
}

extension SecretFileError {
    fileprivate init(_ failure: BoundedFile.Failure, path: String) {
        self =
            switch failure {
            case .missing: .missing(path: path)
            case .notRegular: .notRegular(path: path)
            case .tooLarge: .malformed(path: path)
            case .system(let code): .unreadable(path: path, reason: BoundedFile.reason(code))
            }
    }
}

extension SecretFile: CustomStringConvertible, CustomDebugStringConvertible {
    /// Never the secret.
    public var description: String { "a secret of \(secret.utf8.count) characters" }
    /// Never the secret.
    public var debugDescription: String { description }
}

extension SecretFile: CustomReflectable {
    /// Without the secret, so that `dump` and interpolation of an enclosing value do not show it.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
