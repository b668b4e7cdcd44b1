/// The header of one member of a backup: the few forms of tar's header that `tar --format=gnu` writes for our files.
///
/// Stricter than any tar: a regular file of root with a short plain name. So every byte of a backup is either
/// looked at here or covered by a digest. POSIX.1-2017, pax, "ustar Interchange Format"; GNU tar manual, "Basic Tar".
struct MemberHeader: Equatable {
    static let size = 512

    let name: String
    let size: Int64

    /// - Returns: nil when it is none of ours.
    init?(_ block: [UInt8]) {
        guard block.count == Self.size, Self.checksumIsRight(block) else { return nil }
        // Type: a regular file. No link name, magic of GNU tar, and nothing after the device numbers.
        guard block[156] == UInt8(ascii: "0"), block[157..<257].allSatisfy({ $0 == 0 }) else { return nil }
        guard Array(block[257..<265]) == Array("ustar  \0".utf8), block[329...].allSatisfy({ $0 == 0 }) else {
            return nil
        }
        guard let name = Self.name(block[0..<100]), let size = Self.number(block[124..<136]) else { return nil }
        self.name = name
        self.size = size
    }

    /// `word` or `word/word` of letters, digits, dot, dash and underscore; no part begins with a dot or a dash.
    static func isPlain(_ name: String) -> Bool {
        let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), name.utf8.count < 100 else { return false }
        return parts.allSatisfy { part in
            guard let first = part.first, first != UInt8(ascii: "."), first != UInt8(ascii: "-") else { return false }
            return part.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
        }
    }

    private static func name(_ field: ArraySlice<UInt8>) -> String? {
        let text = field.prefix { $0 != 0 }
        guard field.dropFirst(text.count).allSatisfy({ $0 == 0 }) else { return nil }
        let name = String(decoding: text, as: UTF8.self)
        return isPlain(name) ? name : nil
    }

    /// Octal digits up to a NUL, or GNU tar's binary form for files of 8 GiB and more.
    private static func number(_ field: ArraySlice<UInt8>) -> Int64? {
        if field.first == 0x80 {
            guard field.dropFirst().prefix(3).allSatisfy({ $0 == 0 }) else { return nil }
            let value = field.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return value <= UInt64(Int64.max >> 1) ? Int64(value) : nil
        }
        return octal(field.dropLast()).flatMap { field.last == 0 ? $0 : nil }
    }

    private static func octal(_ digits: ArraySlice<UInt8>) -> Int64? {
        var value: Int64 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(digit) else { return nil }
            value = value << 3 | Int64(digit & 7)
        }
        return value
    }

    /// Six digits, NUL, space; the sum counts the field itself as spaces.
    private static func checksumIsRight(_ block: [UInt8]) -> Bool {
        guard let wanted = octal(block[148..<154]), block[154] == 0, block[155] == UInt8(ascii: " ") else {
            return false
        }
        let sum = block.reduce(Int64(0)) { $0 + Int64($1) }
        let field = block[148..<156].reduce(Int64(0)) { $0 + Int64($1) }
        return sum - field + 8 * 32 == wanted
    }
}
