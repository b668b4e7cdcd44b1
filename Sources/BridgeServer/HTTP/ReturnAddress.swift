/// Where a browser goes after it has signed in: a place of this site, or home.
///
/// Browsers read addresses more generously than programs do: they drop tabs and line ends, take `\` for `/`, and take `//host`
/// for another site (CVE-2020-5233 and its family). So only what cannot be misread is taken, and everything else is home.
struct ReturnAddress: Sendable, Equatable {
    /// The address as it goes into a `Location` header.
    let location: String

    static let home = ReturnAddress(location: "/account")

    /// The longest address, in bytes.
    static let limit = 2048

    private init(location: String) { self.location = location }

    /// - Parameters:
    ///   - requested: what the caller asks for; `nil` and everything doubtful is ``home``.
    ///   - origin: scheme, host and port of this site as the browser sees it, such as `https://cloud.example.org`.
    init(_ requested: String?, origin: String?) {
        guard let requested else {
            self = .home
            return
        }
        var path = Substring(requested)
        if let origin, requested.hasPrefix(origin) { path = requested.dropFirst(origin.count) }
        self = Self.isPlainPath(path) ? ReturnAddress(location: requested) : .home
    }

    private static func isPlainPath(_ path: Substring) -> Bool {
        let bytes = Array(path.utf8)
        guard bytes.count <= limit, bytes.first == UInt8(ascii: "/") else { return false }
        guard bytes.allSatisfy({ $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "\\") }) else { return false }
        guard let decoded = decodedOnce(bytes) else { return false }
        return [bytes, decoded].allSatisfy { form in
            let second = form.dropFirst().first
            return second != UInt8(ascii: "/") && second != UInt8(ascii: "\\")
                && form.allSatisfy { $0 >= 32 && $0 != 127 }
        }
    }

    /// The path without its percent-encoding, up to the query.
    private static func decodedOnce(_ bytes: [UInt8]) -> [UInt8]? {
        var decoded: [UInt8] = []
        var iterator = bytes.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }.makeIterator()
        while let byte = iterator.next() {
            guard byte == UInt8(ascii: "%") else {
                decoded.append(byte)
                continue
            }
            guard let high = iterator.next()?.hexDigitValue, let low = iterator.next()?.hexDigitValue else {
                return nil
            }
            decoded.append(high << 4 | low)
        }
        return decoded
    }
}
