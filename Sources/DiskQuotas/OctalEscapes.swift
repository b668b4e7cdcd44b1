/// How `/proc/self/mountinfo` and `/etc/fstab` write spaces: a backslash and three octal digits (fstab(5)).
enum OctalEscapes {
    /// A backslash that no three octal digits of a byte follow stands for itself.
    static func decode(_ field: some StringProtocol) -> String {
        let bytes = Array(field.utf8)
        guard bytes.contains(UInt8(ascii: "\\")) else { return String(field) }
        var decoded: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "\\"), let byte = octal(bytes[(index + 1)...].prefix(3)) {
                decoded.append(byte)
                index += 4
            } else {
                decoded.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }

    private static func octal(_ digits: ArraySlice<UInt8>) -> UInt8? {
        guard digits.count == 3, digits.allSatisfy({ (48...55).contains($0) }) else { return nil }
        return UInt8(exactly: digits.reduce(0) { $0 * 8 + Int($1 - 48) })
    }
}
