import Crypto

/// SHA-256 of files, as `sha256sum` writes it.
enum FileDigest {
    static let chunk = 1 << 20

    /// The digest and the size in bytes.
    static func of(_ path: String) throws(BackupError) -> (sha256: String, size: Int64) {
        let file = try OpenFile(reading: path)
        var hash = SHA256()
        var size: Int64 = 0
        while true {
            let bytes = try file.read(chunk)
            if bytes.isEmpty { break }
            hash.update(data: bytes)
            size += Int64(bytes.count)
        }
        return (hexadecimal(hash.finalize()), size)
    }

    static func of(_ bytes: [UInt8]) -> String { hexadecimal(SHA256.hash(data: bytes)) }

    static func hexadecimal(_ digest: SHA256.Digest) -> String {
        digest.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
