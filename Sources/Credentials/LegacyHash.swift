import Crypto

/// The user store's old kind of hash: one unsalted SHA-256, as 64 lower-case hexadecimal digits.
enum LegacyHash {
    /// Compared in constant time.
    static func isPassword(_ password: String, of hash: String) -> Bool {
        ConstantTime.areEqual(hex(SHA256.hash(data: Array(password.utf8))), hash.utf8)
    }

    /// Remembers which old hash was used up without repeating it. It is as easy to attack as the old hash itself, so it
    /// is kept only while the user store holds that anyway.
    static func mark(_ hash: String, user: String) -> [UInt8] {
        Array(SHA256.hash(data: Array("diycloud-bridge legacy\0\(user)\0\(hash)".utf8)))
    }

    private static func hex(_ digest: SHA256.Digest) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    }
}
