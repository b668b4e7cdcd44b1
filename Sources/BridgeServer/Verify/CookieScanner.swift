/// Finds the values of one cookie in `Cookie` headers, without making strings.
struct CookieScanner {
    /// The cookie's name as bytes; compared exactly (RFC 6265 §5.4 compares names as they are).
    let name: [UInt8]

    /// The most values that are looked at. A page of a notebook server can plant further cookies of the same name
    /// under other paths, and each costs a hash.
    static let limit = 4

    /// Calls `body` with each value of the cookie, at most ``limit`` times.
    func forEachValue(in header: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Void) {
        var position = 0
        var found = 0
        while position < header.count, found < Self.limit {
            let end = header.firstIndex(of: UInt8(ascii: ";"), from: position) ?? header.count
            var start = position
            while start < end, header[start] == .space || header[start] == .tab { start += 1 }
            if let value = value(in: UnsafeRawBufferPointer(rebasing: header[start..<end])) {
                found += 1
                body(value)
            }
            position = end + 1
        }
    }

    private func value(in pair: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard pair.count > name.count, pair[name.count] == UInt8(ascii: "="),
            UnsafeRawBufferPointer(rebasing: pair[0..<name.count]).equals(name)
        else { return nil }
        return UnsafeRawBufferPointer(rebasing: pair[(name.count + 1)...])
    }
}
