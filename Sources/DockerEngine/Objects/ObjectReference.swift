/// Which texts can name an object of the engine at all. Any other is never put into a path.
enum ObjectReference {
    /// A full id of a container, network or exec: 64 lower-case hexadecimal digits.
    static func isFullID(_ text: some StringProtocol) -> Bool {
        text.utf8.count == 64 && isHexadecimal(text)
    }

    static func isHexadecimal(_ text: some StringProtocol) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy {
                ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9"))
                    || ($0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "f"))
            }
    }

    /// A container or volume: `[a-zA-Z0-9][a-zA-Z0-9_.-]*` (moby, daemon/names).
    static func isName(_ text: some StringProtocol) -> Bool {
        guard let first = text.utf8.first, isAlphanumeric(first), text.utf8.count <= 255 else { return false }
        return text.utf8.allSatisfy(isNameByte)
    }

    /// A network: the engine allows nearly anything, but what has a slash cannot be a segment of a path.
    static func isNetworkName(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.utf8.count <= 255 && text != "." && text != ".."
            && text.utf8.allSatisfy { $0 >= 32 && $0 != 127 && $0 != UInt8(ascii: "/") }
    }

    /// The segments of an image's name or id: `registry:5000/name/part:tag@sha256:…`.
    static func imageSegments(_ text: String) -> [String]? {
        guard text.utf8.count <= 1024 else { return nil }
        let segments = text.split(separator: "/", omittingEmptySubsequences: false)
        let sound = segments.allSatisfy { segment in
            guard let first = segment.utf8.first, isAlphanumeric(first) else { return false }
            return segment.utf8.allSatisfy { isNameByte($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "@") }
        }
        return sound ? segments.map(String.init) : nil
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z"))
            || (byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z"))
            || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
    }
}
