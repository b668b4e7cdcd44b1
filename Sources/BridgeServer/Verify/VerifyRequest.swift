/// One `GET /auth` as nginx writes it, read in place from the bytes of the connection.
///
/// The reader knows only what the shipped nginx files send. Whatever else comes, even if HTTP allows it, is
/// ``Reading/other`` and goes to the complete HTTP parser, so that there is never a second opinion of an odd request.
struct VerifyRequest {
    /// All `Cookie` header values; nginx sends one line, HTTP/2 clients may cause several (RFC 9113 §8.2.3).
    var cookies: [Range<Int>] = []
    /// The value of `X-Bridge-Service`.
    var service: Range<Int>?
    /// The value of `X-Original-URI`; only ever used to make the sign-in link.
    var originalURI: Range<Int>?
    /// The value of `X-Bridge-Proxy-Secret`.
    var proxySecret: Range<Int>?

    /// What the bytes at the front of a connection are.
    enum Reading {
        /// A whole request of `length` bytes.
        case request(VerifyRequest, length: Int)
        /// The start of what may become one.
        case incomplete
        /// Something for the complete HTTP parser.
        case other
    }

    private static let starts: [StaticString] = ["GET /auth HTTP/1.1\r\n", "HEAD /auth HTTP/1.1\r\n"]

    /// Reads the request at the front of `bytes`.
    static func read(_ bytes: UnsafeRawBufferPointer) -> Reading {
        for start in starts {
            let common = min(start.utf8CodeUnitCount, bytes.count)
            guard start.hasPrefix(of: bytes, count: common) else { continue }
            return common == start.utf8CodeUnitCount ? readHeaders(bytes, from: common) : .incomplete
        }
        return .other
    }

    private static func readHeaders(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Reading {
        var request = VerifyRequest()
        var lineStart = start
        while true {
            guard let lineEnd = bytes.firstIndex(of: .lineFeed, from: lineStart) else { return .incomplete }
            guard lineEnd > lineStart, bytes[lineEnd - 1] == .carriageReturn else { return .other }
            if lineEnd - 1 == lineStart { return .request(request, length: lineEnd + 1) }
            guard request.take(bytes, line: lineStart..<(lineEnd - 1)) else { return .other }
            lineStart = lineEnd + 1
        }
    }

    /// Takes one header line; `false` when the complete parser must look at the request.
    private mutating func take(_ bytes: UnsafeRawBufferPointer, line: Range<Int>) -> Bool {
        guard let colon = bytes.firstIndex(of: .colon, from: line.lowerBound), colon < line.upperBound,
            bytes[line.lowerBound..<colon].allSatisfy(\.isTokenCharacter), colon > line.lowerBound
        else { return false }
        var value = (colon + 1)..<line.upperBound
        while let first = value.first, bytes[first] == .space || bytes[first] == .tab { value.removeFirst() }
        while let last = value.last, bytes[last] == .space || bytes[last] == .tab { value.removeLast() }
        guard bytes[value].allSatisfy({ $0 >= 32 && $0 != 127 || $0 == .tab }) else { return false }
        return take(value: value, named: UnsafeRawBufferPointer(rebasing: bytes[line.lowerBound..<colon]), in: bytes)
    }

    private mutating func take(value: Range<Int>, named name: UnsafeRawBufferPointer, in bytes: UnsafeRawBufferPointer)
        -> Bool
    {
        switch name.count {
        case 6 where name.isHeader("cookie"):
            cookies.append(value)
        case 16 where name.isHeader("x-bridge-service"):
            return Self.once(&service, value)
        case 14 where name.isHeader("x-original-uri"):
            return Self.once(&originalURI, value)
        case 21 where name.isHeader("x-bridge-proxy-secret"):
            return Self.once(&proxySecret, value)
        case 14 where name.isHeader("content-length"):
            return value.count == 1 && bytes[value.lowerBound] == UInt8(ascii: "0")
        case 10 where name.isHeader("connection"):
            return UnsafeRawBufferPointer(rebasing: bytes[value]).isHeader("keep-alive")
        case 17 where name.isHeader("transfer-encoding"), 6 where name.isHeader("expect"),
            7 where name.isHeader("upgrade"), 2 where name.isHeader("te"), 7 where name.isHeader("trailer"):
            return false
        default:
            break
        }
        return true
    }

    /// A header that decides may be there once; a second one is a contradiction for the complete parser to refuse.
    private static func once(_ slot: inout Range<Int>?, _ value: Range<Int>) -> Bool {
        guard slot == nil else { return false }
        slot = value
        return true
    }
}
