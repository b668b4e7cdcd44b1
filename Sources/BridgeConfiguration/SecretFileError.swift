/// Why a secret was not taken from a file.
public enum SecretFileError: Error, Equatable, Sendable {
    case missing(path: String)
    /// A directory, a pipe or a device.
    case notRegular(path: String)
    /// The system's word for it is in `reason`.
    case unreadable(path: String, reason: String)
    /// Owned by an account that is neither root nor the service's.
    case foreignOwner(path: String, owner: UInt32)
    /// The permission bits let others read or change it.
    case tooOpen(path: String, mode: UInt32)
    case empty(path: String)
    /// `length` is in characters.
    case tooShort(path: String, length: Int)
    /// More than one word, not ASCII, or over 4096 characters.
    case malformed(path: String)
}

extension SecretFileError: CustomStringConvertible {
    /// What is wrong, and the command that mends it.
    public var description: String {
        switch self {
        case .missing(let path): "\(path): no such file; make it with: \(Self.make(path))"
        case .notRegular(let path): "\(path): not a regular file; make one with: \(Self.make(path))"
        case .unreadable(let path, let reason):
            "\(path): cannot be read: \(reason); check its directory with: namei -l \(quoted(path))"
        case .foreignOwner(let path, let owner):
            "\(path): belongs to uid \(owner), who could change it; mend it with: chown root \(quoted(path))"
        case .tooOpen(let path, let mode):
            "\(path): mode 0\(String(mode, radix: 8)) lets others read or change it; mend it with: chmod 0600 \(quoted(path))"
        case .empty(let path): "\(path): is empty; fill it with: \(Self.make(path))"
        case .tooShort(let path, let length):
            "\(path): holds \(length) characters, fewer than \(SecretFile.minimumLength); make a new one with: \(Self.make(path))"
        case .malformed(let path):
            "\(path): is not one word of printable ASCII; make a new one with: \(Self.make(path))"
        }
    }

    private static func make(_ path: String) -> String {
        "(umask 077 && openssl rand -hex 32 > \(SecretFileError.quote(path)))"
    }

    private func quoted(_ path: String) -> String { Self.quote(path) }

    /// In single quotes where a shell would take the path apart (POSIX, Shell Command Language §2.2.2).
    private static func quote(_ path: String) -> String {
        let plain = path.utf8.allSatisfy { byte in
            (byte | 32 >= 97 && byte | 32 <= 122) || (byte >= 48 && byte <= 57) || Array("/._-".utf8).contains(byte)
        }
        return plain
            ? path : "'\(path.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''"))'"
    }
}
