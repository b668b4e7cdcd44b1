/// A key of a JSON object as Go's encoding/json compares it with the name of a field.
///
/// Go folds with `unicode.SimpleFold`. All names that the engine knows are ASCII, and the only scalars outside of ASCII that
/// fold to an ASCII letter are U+017F (to `s`) and U+212A (to `k`); so no more is folded here.
enum FoldedKey {
    /// The bytes of the folded key.
    static func bytes(_ key: String) -> [UInt8] {
        var folded: [UInt8] = []
        folded.reserveCapacity(key.utf8.count)
        var rest = key.utf8.makeIterator()
        while let next = nextFolded(&rest) { folded.append(next) }
        return folded
    }

    /// Whether two keys fold alike.
    static func areEqual(_ left: String, _ right: String) -> Bool {
        var left = left.utf8.makeIterator()
        var right = right.utf8.makeIterator()
        while true {
            let one = nextFolded(&left)
            guard one == nextFolded(&right) else { return false }
            if one == nil { return true }
        }
    }

    /// The next byte of the folded key. The two long sequences are looked at on a copy, so that nothing is lost when they
    /// turn out to be something else.
    private static func nextFolded(_ bytes: inout String.UTF8View.Iterator) -> UInt8? {
        guard let byte = bytes.next() else { return nil }
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"):
            return byte | 0x20
        case 0xC5:
            var ahead = bytes
            guard ahead.next() == 0xBF else { return byte }
            bytes = ahead
            return UInt8(ascii: "s")
        case 0xE2:
            var ahead = bytes
            guard ahead.next() == 0x84, ahead.next() == 0xAA else { return byte }
            bytes = ahead
            return UInt8(ascii: "k")
        default:
            return byte
        }
    }
}
