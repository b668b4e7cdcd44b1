import Crypto

/// The SHA-256 of a secret, as the bridge stores and looks it up; the secret itself is kept nowhere.
///
/// Four words. Making one costs one small object of swift-crypto's, gone again at once; looking one up costs nothing on
/// the heap. Digests are compared as dictionary keys: this tells an attacker nothing in time, since they cannot choose
/// a digest (they would have to invert SHA-256).
public struct TokenDigest: Hashable, Sendable {
    let words: (UInt64, UInt64, UInt64, UInt64)

    /// The digest of the bytes of a secret as it travels: for a cookie, the 43 characters of its value.
    public static func of(_ bytes: UnsafeRawBufferPointer) -> TokenDigest {
        var function = SHA256()
        function.update(bufferPointer: bytes)
        return function.finalize().withUnsafeBytes { TokenDigest(loading: $0) }
    }

    /// The digest of a text's UTF-8.
    public static func of(_ text: String) -> TokenDigest {
        var text = text
        return text.withUTF8 { of(UnsafeRawBufferPointer($0)) }
    }

    /// - Parameter bytes: the 32 bytes of ``bytes``; `nil` comes back for any other length.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        self = Array(bytes).withUnsafeBytes { TokenDigest(loading: $0) }
    }

    private init(loading raw: UnsafeRawBufferPointer) {
        words = (
            raw.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
            raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
            raw.loadUnaligned(fromByteOffset: 16, as: UInt64.self),
            raw.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
        )
    }

    /// The 32 bytes of the digest, for a database column.
    public var bytes: [UInt8] { withUnsafeBytes(of: words) { Array($0) } }

    public static func == (left: TokenDigest, right: TokenDigest) -> Bool {
        let difference =
            (left.words.0 ^ right.words.0) | (left.words.1 ^ right.words.1) | (left.words.2 ^ right.words.2)
            | (left.words.3 ^ right.words.3)
        return difference == 0
    }

    /// The first word alone is as good as random already.
    public func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}
